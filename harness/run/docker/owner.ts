/** Whose a network or a container is: labels that name the process of a run, and whether that still lives. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

const OWNER = 'udap-testbed.owner'
/** Which of all processes that ever had its pid: every container has a pid 1, and a pid comes back. */
const PROCESS = 'udap-testbed.process'

type Labels = Record<string, string>

export const ownerLabels = (): Labels => ({
  [OWNER]: `${hostname()} ${process.pid}`,
  [PROCESS]: `${pidNamespace()} ${startOf(process.pid)}`,
})

/** Of a run on another machine or in another container nothing can be said: it lives. */
export function ownerLives(labels: Labels): boolean {
  const [machine, pid] = (labels[OWNER] ?? '').split(' ')
  const [namespace, start] = (labels[PROCESS] ?? '').split(' ')
  if (machine !== hostname() || (namespace && namespace !== pidNamespace())) return true
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = startOf(Number(pid))
  return !start || now === '' || now === start
}

/** Empty where the system has none, or does not say. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** In ticks since the machine's start, proc_pid_stat(5); empty where the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, in brackets, may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
