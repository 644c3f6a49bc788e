import type { Action, Authorizer, Credential, Subject } from '../../ports/authorizer.ts'

/** An authorizer under test, and what it has to say of some people. */
export interface AuthorizerSubject {
  open(): Promise<Authorizer>
  /** The same authorizer while whatever it asks gives no answer; one that asks nobody is as it always is. */
  openCutOff(): Promise<Authorizer>
  /** Exactly what it decides. The more unlike these people are, the more the suite sees. */
  readonly people: readonly ExpectedPerson[]
  dispose(): Promise<void>
}

/** Somebody in front of one package. */
export interface ExpectedPerson {
  /** Such as `a reader`: it stands in messages. */
  readonly who: string
  /** Absent: they present none. */
  readonly credential?: Credential
  /** What the authorizer calls them; absent: they are nobody. */
  readonly name?: string
  readonly subject: Subject
  /** The actions that are granted, no more and no less. */
  readonly may: readonly Action[]
  /** How the others are refused. */
  readonly otherwise: 'denied' | 'hidden'
}
