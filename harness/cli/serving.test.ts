import { expect, test } from 'vitest'
import type { PlanCase } from '../testbed.ts'
import { served } from './serving.ts'

const plan = {
  actors: [
    { name: 'as', kind: 'authorization-server', place: 'in-process' },
    { name: 'fhir', kind: 'resource-server', place: 'in-process', serve: { address: '10.0.0.1', port: 1 } },
    { name: 'theirs', kind: 'authorization-server', place: { url: 'https://theirs.example' } },
  ],
} as unknown as PlanCase

test('flags go before what testbed.yaml says, and to those that are ours', async () => {
  const flags = {
    host: '::1',
    port: { fhir: '2' },
    publicUrl: { as: 'https://as.example/' },
    tlsCertificate: '/chain.pem',
    tlsKey: '/key.pem',
  }
  const tls = { certificate: '/chain.pem', key: '/key.pem' }
  const { plan: made, host, authority } = await served({ authority: '/authority' }, plan, flags)
  expect(made.actors.map(({ serve }) => serve)).toEqual([
    { url: 'https://as.example', tls },
    { address: '10.0.0.1', port: 2, tls },
    undefined,
  ])
  expect({ host, authority }).toEqual({ host: { name: '::1', address: '::1' }, authority: '/authority' })
})

test('where a name is, there it listens; or where it is told to', async () => {
  const host = async (flags: object) => (await served({}, plan, flags)).host
  expect(await host({})).toBeUndefined()
  expect(await host({ host: 'here.localhost' })).toEqual({ name: 'here.localhost', address: '127.0.0.1' })
  expect(await host({ host: 'nobody.invalid', address: '0.0.0.0' })).toEqual({
    name: 'nobody.invalid',
    address: '0.0.0.0',
  })
})

test.each([
  [{ host: '0.0.0.0' }, 'No URL can carry 0.0.0.0: give --host the name or address that others know'],
  [{ host: 'a b' }, '--host a b is no host name and no address.'],
  [{ host: 'nobody.invalid' }, 'say with --address where to listen'],
  [{ host: 'here', address: 'there' }, '--address there is no IP address.'],
  [{ address: '0.0.0.0' }, 'needs --host too'],
  [{ port: { az: '1' } }, '--port: there is no actor "az" here: did you mean as?'],
  [{ port: { theirs: '1' } }, '--port: there is no actor "theirs" here'],
  [{ port: { as: '70000' } }, '--port as=70000: a port is a number from 1 to 65535.'],
  [{ publicUrl: { as: 'nowhere' } }, '--public-url as=nowhere: this is no URL'],
  [{ tlsKey: 'key.pem' }, '--tls-certificate and --tls-key go together.'],
])('a mistake is said in words: %j', async (flags, words) => {
  await expect(served({}, plan, flags)).rejects.toMatchObject({
    code: 2,
    message: expect.stringContaining(words),
  })
})
