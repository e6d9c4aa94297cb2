import { expect, it } from 'vitest'
import type { Json } from '../../wire/json.ts'
import { contextOf } from '../fixture.ts'
import type { Store } from '../store.ts'
import { createListing } from './listing.ts'

function store(): Store {
  const values = new Map<string, Json>()
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, structuredClone(value)),
    delete: (key) => void values.delete(key),
    entries: (prefix) => [...values].filter(([key]) => key.startsWith(prefix)),
    together: (run) => run(),
  }
}
const member = {
  kind: 'data-holder' as const,
  title: 'North',
  url: 'https://north.example',
  endpoints: {},
  links: {},
}
const context = contextOf('directory', { peers: { holder: member } })

it('lists what was attested before it was started again, and by whom', () => {
  const state = store()
  const before = createListing(context, { members: ['holder'] }, state)
  before.put({ resourceType: 'Organization', id: 'o1', name: 'South' }, 'client-1')
  const after = createListing(context, { members: ['holder'] }, state)
  expect([...after.data.Organization.keys()]).toEqual(['holder', 'o1'])
  expect(after.attestedBy('Organization/o1')).toBe('client-1')
  expect(after.attestedBy('Organization/holder')).toBeUndefined()
})

it('holds organizations and endpoints only', () => {
  const data = [{ resourceType: 'Patient', id: 'p1' }]
  expect(() => createListing(context, { members: [], data }, undefined)).toThrow(
    'this server holds only Organization, Endpoint.',
  )
})
