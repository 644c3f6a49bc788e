import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** What the kernel of Linux counts as a tick of processor time: 10 ms wherever Node runs. */
const TICK_US = 10_000

/** Microseconds of processor time that a process, its threads and its children have taken, in user and system mode. */
export function cpuTime(pid) {
  const [user, system] = afterCommand(pid).slice(11, 13)
  const own = (Number(user) + Number(system)) * TICK_US
  return childrenOf(pid).reduce((sum, child) => sum + cpuTime(child), own)
}

/** Megabytes that a process and its children hold now. */
export function residentMemory(pid) {
  return childrenOf(pid).reduce((sum, child) => sum + residentMemory(child), statusMegabytes(pid, 'VmRSS'))
}

/** Of `residentMemory`, what is the process's own: the rest are pages of files, which the system takes back when it wants. */
export function anonymousMemory(pid) {
  return statusMegabytes(pid, 'RssAnon')
}

/** Forgets the peak, so that `peakMemory` tells that of what happens from now on. */
export function resetPeakMemory(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Megabytes that the process held at most. */
export function peakMemory(pid) {
  return statusMegabytes(pid, 'VmHWM')
}

function statusMegabytes(pid, field) {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )
  return (Number(kilobytes) * 1024) / 1e6
}

function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}

/** The fields of /proc/PID/stat from the third on: the second is a name, and may have blanks. */
function afterCommand(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
