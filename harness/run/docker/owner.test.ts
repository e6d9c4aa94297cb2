import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { ownerLabels, ownerLives } from './owner.ts'

const OWNER = 'udap-testbed.owner'
const PROCESS = 'udap-testbed.process'
const own = ownerLabels()
const [namespace, start] = own[PROCESS]!.split(' ')
/** Above what a kernel gives out. */
const NOBODY = 2 ** 22 + 1

test.each([
  { what: 'this process', labels: own, lives: true },
  { what: 'a process that is no more', labels: { ...own, [OWNER]: `${hostname()} ${NOBODY}` }, lives: false },
  { what: 'one on another machine', labels: { ...own, [OWNER]: `elsewhere ${NOBODY}` }, lives: true },
  { what: 'nobody that we know of', labels: {}, lives: true },
])('$what', ({ labels, lives }) => {
  expect(ownerLives(labels)).toBe(lives)
})

test.runIf(process.platform === 'linux')('one whose pid this process has now', () => {
  expect(ownerLives({ ...own, [PROCESS]: `${namespace} ${Number(start) - 1}` })).toBe(false)
})

test.runIf(process.platform === 'linux')('one in another container of the same name', () => {
  const labels = { [OWNER]: `${hostname()} ${NOBODY}`, [PROCESS]: `pid:[1] ${start}` }
  expect(ownerLives(labels)).toBe(true)
})
