import { createReadStream } from 'node:fs'
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { pipeline } from 'node:stream'

const agent = new Agent({ keepAlive: true })

/**
 * One request over a connection that is kept.
 *
 * @param options `method`, `headers`, and a `body` in memory or the path of a `file` to send
 * @returns status, headers, body and the milliseconds it took
 */
export function send(url, { method = 'GET', headers = {}, body, file } = {}) {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const took = performance.now() - started
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks),
          ms: took,
        })
      })
    })
    outgoing.once('error', reject)
    if (file === undefined) outgoing.end(body)
    else
      pipeline(
        createReadStream(file, { highWaterMark: 1 << 20 }),
        outgoing,
        (error) => error && reject(error),
      )
  })
}

/** The same, where anything but this status is a fault of the benchmark. @throws Error with the answer's text */
export async function expectStatus(expected, url, options) {
  const answer = await send(url, options)
  if (answer.status === expected) return answer
  const what = `${options?.method ?? 'GET'} ${url} answered ${answer.status}, not ${expected}`
  throw new Error(`${what}: ${answer.body.toString('utf8', 0, 500)}`)
}
