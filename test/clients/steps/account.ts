import { type Step, succeed } from '../run.ts'

export function ping(title: string): Step {
  return {
    title,
    needs: ['ping'],
    async run({ publisher, commands }) {
      await succeed(publisher, commands.ping ?? [])
    },
  }
}
