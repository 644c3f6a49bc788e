import type { Answer, RepositoryFacts } from './answer.ts'
import type { Answers, Told, Tolerance } from './answers.ts'
import { type Asker, type Evidence, judge, type Need, type Verdict } from './judge.ts'
import type { Question } from './question.ts'
import type { Token } from './token.ts'

/** One round of questions for one request. */
export interface Round {
  /** Absent: nobody asks. */
  readonly token: Token | undefined
  readonly tolerance: Tolerance
  /** What was asked so far, in order; the examiner adds to it. */
  readonly trail: Consulted[]
}

export interface Consulted extends Told {
  readonly question: Question
}

/** A repository by its number, or the one that does not exist and stands for an absent package. */
export type Place = { readonly id: number } | { readonly absent: string }

export interface Examined {
  readonly verdict: Verdict
  /** What GitHub shows the asker of the repository. */
  readonly facts?: RepositoryFacts
}

/** Puts questions to GitHub. Every method throws RegistryError `unavailable`. */
export interface Examiner {
  look(round: Round, question: Question): Promise<Answer>
  /** Whether the asker has what is needed on a repository: asks until `judge` has heard enough. */
  examine(round: Round, need: Need, place: Place): Promise<Examined>
}

export function createExaminer(answers: Answers, { writeProbe }: { readonly writeProbe: boolean }): Examiner {
  async function look(round: Round, question: Question): Promise<Answer> {
    const told = await answers.to(round.token, question, round.tolerance)
    round.trail.push({ ...told, question })
    return told.answer
  }

  return {
    look,
    async examine(round, need, place) {
      const asker: Asker = { holder: round.token?.holder ?? 'nobody', writeProbe }
      let evidence: Evidence = {}
      for (;;) {
        const step = judge(need, asker, evidence)
        const facts = evidence.repository?.repository
        if (typeof step !== 'string') return { verdict: step, ...(facts && { facts }) }
        const question: Question =
          'id' in place ? { about: step, id: place.id } : { about: 'absent', name: place.absent }
        evidence = { ...evidence, [step]: await look(round, question) }
      }
    },
  }
}
