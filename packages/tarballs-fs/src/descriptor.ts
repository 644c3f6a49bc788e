import { closeSync, fsync, open, write } from 'node:fs'

/** An open file or folder. */
export interface Descriptor {
  /** Writes all bytes behind those before. */
  append(bytes: Uint8Array): Promise<void>
  /** Resolves when the disk has what is in it. */
  sync(): Promise<void>
  /** Nothing is left to be done then that could take time, or fail, if it was synced. Called again, it does nothing. */
  close(): void
}

/** As `FileHandle` of Node, which takes twice the time for each call, and another thread for closing. */
export function descriptor(fd: number): Descriptor {
  let isOpen = true
  return {
    async append(bytes) {
      for (let at = 0; at < bytes.length; ) {
        at += await asked<number>((answer) => write(fd, bytes, at, bytes.length - at, null, answer))
      }
    },
    sync: () => asked<void>((answer) => fsync(fd, answer)),
    close() {
      if (!isOpen) return
      // The system has let go of it also when it answers with an error, and may give its number to another file.
      isOpen = false
      closeSync(fd)
    },
  }
}

/** Makes a file where nothing is. */
export async function createFile(path: string): Promise<Descriptor> {
  return descriptor(await asked<number>((answer) => open(path, 'wx', answer)))
}

type Answer<Result> = (error: NodeJS.ErrnoException | null, result: Result) => void

function asked<Result>(ask: (answer: Answer<Result>) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    ask((error, result) => (error === null ? resolve(result) : reject(error)))
  })
}
