import { expect, test } from 'vitest'
import { loadErrors } from './errors.ts'
import { loadSpec } from './load.ts'

const root = new URL('../', import.meta.url)
const errors = loadErrors(root)

test('a code comes once at each endpoint, and what it refers to is in the catalogue', () => {
  const places = errors.map(({ code, at }) => `${code} ${at}`)
  expect(new Set(places).size).toBe(places.length)
  const known = new Set(loadSpec(root).requirements.map(({ id }) => id))
  expect(errors.flatMap(({ refs }) => refs).filter((id) => !known.has(id))).toEqual([])
})

test('an error in a redirect has no status, every other has', () => {
  for (const { code, at, status } of errors) {
    expect(status === undefined, `${code} ${at}`).toBe(at === 'authorization')
  }
})
