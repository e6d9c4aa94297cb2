import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTlsRoot, issueTlsCertificate } from '../../certs/tls.ts'
import { servingOf } from './serving.ts'

const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const server = { serves: 'https', basePath: '/fhir' } as const

test('anywhere, unless something is fixed', () => {
  expect(servingOf({}, server, {})).toBeUndefined()
  expect(servingOf({ serve: { port: 1 } }, { serves: 'nothing', basePath: '' }, {})).toBeUndefined()
})

test.each([
  [{ port: 8443 }, undefined, 'https://127.0.0.1:8443/fhir', { address: '127.0.0.1', port: 8443 }],
  [{ address: '::1' }, undefined, 'https://[::1]:9/fhir', { address: '::1' }],
  [{}, { name: 'here.example', address: '0.0.0.0' }, 'https://here.example:9/fhir', { address: '0.0.0.0' }],
  [
    { url: 'https://here.example:7/r4' },
    undefined,
    'https://here.example:7/r4',
    { address: '127.0.0.1', port: 7 },
  ],
  [
    { url: 'https://here.example/r4', port: 7 },
    undefined,
    'https://here.example/r4',
    { address: '127.0.0.1', port: 7 },
  ],
  [{ url: 'https://here.example' }, undefined, 'https://here.example', { address: '127.0.0.1' }],
])('%j with %j is at %s', (serve, host, url, listening) => {
  const serving = servingOf({ serve }, server, { host })
  expect(serving?.urlAt(serving.listening.port ?? 9)).toBe(url)
  expect(serving?.listening).toEqual(listening)
})

test('its certificate names it as others call it, and as those beside it do', () => {
  const serve = { url: 'https://here.example', address: '0.0.0.0' }
  expect(servingOf({ serve }, server, {})).toMatchObject({
    names: ['here.example', 'localhost', '127.0.0.1'],
    reached: '127.0.0.1',
  })
})

test('a certificate that cannot be used is named', async () => {
  const root = await createTlsRoot()
  const [one, other] = [await issueTlsCertificate(root, ['a']), await issueTlsCertificate(root, ['b'])]
  const [certificate, key] = [file('chain.pem', one.chain), file('key.pem', one.key)]
  const wrong = file('other.pem', other.key)
  const using = (tls: { certificate: string; key: string }) => () => servingOf({ serve: { tls } }, server, {})
  expect(using({ certificate, key })()?.tls).toEqual(one)
  expect(using({ certificate, key: wrong })).toThrow(
    `${wrong}: it is not the key of the first certificate in`,
  )
  expect(using({ certificate: key, key })).toThrow(`${key}: it is no certificate in PEM.`)
  expect(using({ certificate, key: join(folder, 'none.pem') })).toThrow('none.pem: there is no such file')
})
