/** A response of any status below 500; `data` is parsed where it was JSON, and text where it claimed to be. */
export interface GithubResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  readonly data: unknown
}

/** A response's header, by its name in lower case. */
export function header({ headers }: GithubResponse, name: string): string | undefined {
  const value = headers[name]
  return value === undefined ? undefined : String(value)
}
