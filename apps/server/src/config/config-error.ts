/** What is wrong with the configuration, in exactly one line: which key, who set it, and what is allowed. Never a secret's value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(message: string) {
    super(message.replace(/\s*[\r\n]+\s*/g, ' '))
  }
}
