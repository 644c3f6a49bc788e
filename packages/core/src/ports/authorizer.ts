import type { PackageName } from '../model/package-name.ts'
import type { GoverningRepository } from '../model/repository.ts'

/**
 * Says who somebody is and what they may do. It fails closed: what it cannot find out is a no, or an
 * `unavailable` error that tells people to try again, never a yes.
 */
export interface Authorizer {
  /**
   * Who presents this credential; `undefined` for nobody: no credential, or one that does not hold. With `lazily`,
   * for a request that only reads, an authorizer may leave it to `decide` to find out whether the credential holds,
   * and may call its holder by a stand-in name until then.
   *
   * @throws RegistryError `unavailable`
   */
  authenticate(
    credential: Credential | undefined,
    options?: { readonly lazily?: boolean },
  ): Promise<Principal | undefined>
  /**
   * Checks a name and a password, as `npm login` asks for them; `undefined` when they do not hold.
   *
   * @throws RegistryError `unavailable`
   */
  login(username: string, password: string): Promise<Login | undefined>
  /**
   * Whether `principal` (nobody: `undefined`) may do `action` to `subject`.
   *
   * @throws RegistryError `unavailable`
   */
  decide(principal: Principal | undefined, action: Action, subject: Subject): Promise<Decision>
  /**
   * What `decide` would decide, with what led to it, as far as the asker may know: of a package that is hidden from
   * them it says what it would say of one that does not exist.
   *
   * @throws RegistryError `unavailable`
   */
  explain(principal: Principal | undefined, action: Action, subject: Subject): Promise<Explanation>
  close(): Promise<void>
}

/** What a client sent to say who it is. Never logged, never stored. */
export type Credential =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }

/** Somebody the authorizer knows. Authorizers may hand out objects that hold more and take them back in `decide`. */
export interface Principal {
  readonly name: string
  readonly email?: string
}

export interface Login {
  readonly principal: Principal
  /** What the client keeps, and presents as a bearer token from then on. */
  readonly token: string
}

export const actions = [
  /** Install, view, download, find. */
  'read',
  'publish',
  'tag',
  'deprecate',
  'unpublish_version',
  'unpublish_package',
  /** Change the list of maintainers, which is shown and decides nothing. */
  'maintain',
  /** For readers: it changes nothing but the asker's own star. */
  'star',
] as const

export type Action = (typeof actions)[number]

export interface Subject {
  readonly name: PackageName
  /** The repository that governs the package; absent while it has none. */
  readonly repository?: GoverningRepository
  /** With `publish`: the manifest's `repository` field, as published: untrusted, of any shape. */
  readonly claimed?: unknown
  /**
   * The package is one of many that are looked through, so nobody learns from the time that this one took: an
   * authorizer need not spend any on hiding whether it exists.
   */
  readonly listed?: true
}

/** Every decision says why, in words for the person who asked. */
export type Decision =
  | {
      readonly outcome: 'granted'
      readonly reason: string
      /** Until when it holds without being asked for again, in milliseconds since 1970; absent: for this once. */
      readonly until?: number
      /** With `publish` and a `claimed` repository: the one that governs the package from now on. */
      readonly repository?: GoverningRepository
    }
  /** No, and the asker may know that the package exists. */
  | {
      readonly outcome: 'denied'
      readonly reason: string
      /** The principal's credential turned out not to hold: whoever asked is nobody. */
      readonly unauthenticated?: true
    }
  /** No, and to the asker the package does not exist. */
  | { readonly outcome: 'hidden'; readonly reason: string }

/** Why a decision is what it is, for whoever wonders. */
export interface Explanation {
  readonly decision: Decision
  /** The rule that decided, as one word. */
  readonly rule: string
  /** The rule in words. */
  readonly ruleText: string
  /** What governs the package, or would after the publish that was asked about; absent: nothing does. */
  readonly repository?: GoverningRepository
  /** What was asked to find out, in order. */
  readonly answers: readonly ExplainedAnswer[]
}

/** What somebody said to one question; an authorizer may add what it understood. */
export interface ExplainedAnswer {
  readonly question: string
  readonly status: number
  /** Seconds since it was asked. */
  readonly age: number
  /** Whether it is an answer that was kept. */
  readonly cached: boolean
}
