import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'

/** Connections at a time. */
const CONNECTIONS = 32
/** ETags that are remembered, as by the caches of some clients. */
const MAX_ETAGS = 5000
/** Complaints that are kept. */
const MAX_COMPLAINTS = 20

/** Sends requests over connections that are kept, reads what comes to its end, and counts. */
export function createClient(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'fifo' })
  const etags = new Map()
  const counts = { requests: 0, megabytes: 0, statuses: {}, hungUp: 0 }
  const complaints = []
  let times = []

  /**
   * @param expected the statuses that are right
   * @param hangUp whether to be gone as soon as the answer begins or, with a body, in the middle of that
   * @returns status, headers and, where `keep` is set, the body
   */
  function send(path, { method = 'GET', headers = {}, body, expected = [200], hangUp, keep } = {}) {
    const started = performance.now()
    return new Promise((resolve) => {
      const outgoing = request(new URL(path, url), { method, headers, agent }, (response) => {
        const chunks = []
        response.on('data', (chunk) => {
          counts.megabytes += chunk.length / 1e6
          if (hangUp) outgoing.destroy()
          else if (keep || response.statusCode >= 400) chunks.push(chunk)
        })
        response.once('end', () => {
          const { statusCode: status } = response
          counts.statuses[status] = (counts.statuses[status] ?? 0) + 1
          times.push(performance.now() - started)
          const text = Buffer.concat(chunks)
          if (!expected.includes(status))
            complain(`${method} ${path} answered ${status}: ${text.toString('utf8', 0, 200)}`)
          resolve({ status, headers: response.headers, body: text })
        })
        response.once('close', () => resolve(undefined))
      })
      outgoing.once('error', (error) => {
        if (!hangUp) complain(`${method} ${path}: ${error.message}`)
        resolve(undefined)
      })
      counts.requests += 1
      if (hangUp) counts.hungUp += 1
      if (hangUp && body) outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy())
      else outgoing.end(body)
    })
  }

  function complain(text) {
    if (complaints.length < MAX_COMPLAINTS) complaints.push(text)
  }

  return {
    counts,
    complaints,
    send,

    /** A GET that asks with If-None-Match for what it may have from before. */
    async again(path, headers) {
      const key = `${path} ${headers.accept} ${headers['accept-encoding']}`
      const etag = etags.get(key)
      const asking = etag === undefined ? headers : { ...headers, 'if-none-match': etag }
      const answer = await send(path, { headers: asking, expected: [200, 304] })
      if (answer?.headers.etag === undefined) return
      etags.delete(key)
      etags.set(key, answer.headers.etag)
      if (etags.size > MAX_ETAGS) etags.delete(etags.keys().next().value)
    },

    /** Milliseconds that requests took since this was asked last. */
    takeTimes() {
      const taken = times
      times = []
      return taken
    },

    close: () => agent.destroy(),
  }
}
