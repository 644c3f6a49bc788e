/** Waits for `work`; `undefined` when it failed with one of these system error codes, such as `ENOENT`. */
export async function ignoring<Result>(
  codes: readonly string[],
  work: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, codes)) return undefined
    throw error
  }
}

/** Whether something failed with one of these system error codes. */
export function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code)
}
