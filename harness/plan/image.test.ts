import { expect, test } from 'vitest'
import { changed, messagesOf, planOf } from './fixture.ts'
import type { ImagePlace } from './plan.ts'

const inside = (place: string, more = '') =>
  changed(
    'as: { kind: authorization-server }',
    `as: { kind: authorization-server, place: { image: "example/as:1"${place} }${more} }`,
  )

const placeOf = (text: string, files: Record<string, string> = {}) =>
  planOf({ text, files }).cases[0]!.actors[1]!.place as ImagePlace

test('what is left out is filled in; addresses stay for the run', () => {
  expect(placeOf(inside(''))).toEqual({
    image: 'example/as:1',
    env: {},
    files: [],
    ready: {},
    readyMs: 60_000,
  })
  const whole = `, port: 8443, path: /as, command: [serve, "\${{ place.host }}"],
    env: { ISSUER: "\${{ place.url }}", PORT: "\${{ place.port }}", SCOPE: "\${{ inputs.scope }}", DEBUG: true, MAX: 5 },
    files: { /tls.p12: { holds: tls-pkcs12, password: changeit } },
    ready: { path: /health, within: PT2M }`
  expect(placeOf(inside(whole))).toEqual({
    image: 'example/as:1',
    port: 8443,
    path: '/as',
    command: ['serve', '${{ place.host }}'],
    env: {
      ISSUER: '${{ place.url }}',
      PORT: '${{ place.port }}',
      SCOPE: 'system/Patient.rs',
      DEBUG: 'true',
      MAX: '5',
    },
    files: [{ path: '/tls.p12', holds: 'tls-pkcs12', password: 'changeit' }],
    ready: { path: '/health', status: 200 },
    readyMs: 120_000,
  })
})

test('a file beside the scenario is read; inputs are filled in', () => {
  const text = inside(', files: { /etc/as.conf: as.conf }')
  const conf =
    'scope = ${{ inputs.scope }}\nissuer = ${{ place.url }}\njwks = ${{ actors.as.endpoints.token }}\n'
  expect(placeOf(text, { 'b2b/as.conf': conf }).files).toEqual([
    { path: '/etc/as.conf', text: conf.replace('${{ inputs.scope }}', 'system/Patient.rs') },
  ])
})

test('what is wrong in such a file is shown there', () => {
  const text = inside(', files: { /etc/as.conf: as.conf }')
  const conf = 'issuer = ${{ place.ulr }}\n  scope = ${{ inputs.scop }}\nca = ${{ actors.ca }}'
  expect(messagesOf({ text, files: { 'b2b/as.conf': conf } }).split('\n')).toEqual([
    'b2b/as.conf:1:10: nothing is called place.ulr here',
    '  1 | issuer = ${{ place.ulr }}',
    '    |          ^',
    '  did you mean place.url?',
    'b2b/as.conf:2:11: nothing is called inputs.scop here',
    '  2 |   scope = ${{ inputs.scop }}',
    '    |           ^',
    '  did you mean inputs.scope?',
    'b2b/as.conf:3:6: actors.ca is no address: write actors.ca.url',
    '  3 | ca = ${{ actors.ca }}',
    '    |      ^',
  ])
})

test('a file that is no text belongs into the image', () => {
  const text = inside(', files: { /etc/as.jks: as.jks }')
  expect(messagesOf({ text, files: { 'b2b/as.jks': '\uFFFD' } })).toContain('as.jks is not UTF-8')
})

test('a path inside begins with a slash', () => {
  expect(messagesOf({ text: inside(', files: { tls.key: { holds: tls-key } }') })).toContain(
    'tls.key is no path inside an image',
  )
})

test('a certificate authority has no certificates that could be put into its image', () => {
  const text = changed(
    'ca: { kind: certificate-authority }',
    `ca: { kind: certificate-authority, place: { image: "example/ca:1",
      files: { /a: { holds: tls-key }, /b: { holds: udap-key }, /c: { holds: tls-root } } } }`,
  )
  const messages = messagesOf({ text })
  expect(messages).toContain('ca has no TLS certificate: a certificate-authority serves http')
  expect(messages).toContain('ca is not issued a UDAP certificate')
  expect(messages.match(/^b2b/gm)).toHaveLength(2)
})

test('it gets certificates of the case as others do, and takes no orders', () => {
  const [one] = planOf({ text: inside('', ', certificate: expired-leaf') }).cases
  expect(one!.actors[1]).toMatchObject({
    trusts: ['ca'],
    certificates: [{ from: 'ca', profile: 'expired-leaf', key: 'ec-p256' }],
  })
  expect(one!.skip).toBeUndefined()
  const late = changed('name: A token', 'name: A token\nclock: 2026-01-31T12:00:00Z', inside(''))
  expect(planOf({ text: late }).cases[0]!.skip).toBe(
    'the clock of as cannot be set: it is the image example/as:1',
  )
})

test('the command line may put a system that runs elsewhere in its place', () => {
  const text = inside(', port: 8443', ', certificate: leaf')
  const [one] = planOf({ text, options: { actors: { as: 'https://as.example' } } }).cases
  expect(one!.actors[1]).toMatchObject({ place: { url: 'https://as.example' }, certificates: [] })
})

test('--place does not change what it is', () => {
  const [one] = planOf({ text: inside(''), options: { place: 'container' } }).cases
  expect(one!.actors.map(({ place }) => (typeof place === 'string' ? place : 'image'))).toEqual([
    'container',
    'image',
    'container',
    'container',
  ])
})
