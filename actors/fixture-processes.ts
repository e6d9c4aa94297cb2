/** For tests: processes of actors, lent to one bed after the other, as to start one takes longer than most tests. */
import { afterAll } from 'vitest'
import { launchChild } from '../harness/run/places/child.ts'
import type { Running } from '../harness/run/places/management.ts'

const idle: Running[] = []

export async function borrowProcess(): Promise<Running> {
  const process = idle.pop() ?? (await launchChild('under test'))
  return { ...process, end: async () => void idle.push(process) }
}

afterAll(async () => {
  await Promise.all(idle.splice(0).map((process) => process.end()))
})
