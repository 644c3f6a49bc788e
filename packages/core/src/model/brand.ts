declare const brand: unique symbol

/** A string that has passed a check, so that nothing else can be handed in its place. */
export type Brand<Name extends string> = string & { readonly [brand]: Name }
