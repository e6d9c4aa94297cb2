import { expect, test } from 'vitest'
import type { Peer } from '../actor.ts'
import { whyNot } from './allowed.ts'

const peer = (url: string): Peer => ({ kind: 'data-holder', url, endpoints: {}, links: {} })
const ours = { peers: { holder: peer('https://holder-c1.localhost:8443') } }
const withOthers = { peers: { ...ours.peers, other: peer('https://fhir.example') } }

test.each([
  'https://holder-c1.localhost:8443/authorize',
  'http://localhost/',
  'https://127.0.0.1:8443/',
  'https://[::1]/',
])('where all are of the case, the browser goes to %s', (url) => {
  expect(whyNot(ours, url)).toBeUndefined()
})

test.each([
  'https://fhir.example/',
  'https://localhost.example/',
  'https://notlocalhost/',
  'https://127.0.0.1.example/',
  'https://holder-c1.localhost@fhir.example/',
])('and not to %s, unless somebody else runs an actor', (url) => {
  expect(whyNot(ours, url)).toBe(
    `${new URL(url).host} is nobody of this case, so the browser does not go there.`,
  )
  expect(whyNot(withOthers, url)).toBeUndefined()
})

test.each(['my.app:/callback', 'javascript:alert(1)', 'file:///etc/passwd', 'https://', 'about:blank'])(
  'it goes nowhere by %s',
  (url) => {
    expect(whyNot(withOthers, url)).toBe(`"${url}" is not an http or https URL.`)
  },
)
