import { expect, test } from 'vitest'
import type { Place } from '../plan/plan.ts'
import type { Member } from './cast.ts'
import type { RunKit } from './kit.ts'
import { addressesOf } from './peers.ts'

const docker = { network: 'n', image: 'i', labels: {}, host: '172.18.0.1' }
const member = (host: string, place: Place) =>
  ({ plan: { place }, host, ...(isForeign(place) ? {} : { place: {} }) }) as unknown as Member
const isForeign = (place: Place) => typeof place === 'object' && 'url' in place && !('manage' in place)

const members = [
  member('app-c1.localhost', 'container'),
  member('ca-c1.localhost', 'in-process'),
  member('as.localhost', { manage: 'http://10.0.0.7:7000', url: 'https://as.localhost:8443' }),
  member('idp.localhost', { manage: 'http://127.0.0.1:7000', url: 'https://idp.localhost:8443' }),
  member('fhir.example', { manage: 'http://fhir.example:7000', url: 'https://fhir.example:8443' }),
  member('theirs.example', { url: 'https://theirs.example' }),
]
const addresses = (i: number, kit: object = { docker }) => addressesOf(members[i]!, members, kit as RunKit)

test('a container goes by names in its network, and by the address of this host', () => {
  expect(addresses(0)).toEqual({
    'app-c1.localhost': 'app-c1.testbed',
    'ca-c1.localhost': '172.18.0.1',
    'as.localhost': '10.0.0.7',
    'idp.localhost': '172.18.0.1',
  })
})

test('who is on this host goes by loopback, and to who runs elsewhere where that is managed', () => {
  const expected = { 'as.localhost': '10.0.0.7', 'idp.localhost': '127.0.0.1' }
  expect(addresses(1)).toEqual(expected)
  expect(addresses(1, {})).toEqual(expected)
})
