import { afterEach, expect, test } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import { authorizationUrl, Browser, leftBy, people, signInThrough, startSignIn } from './fixture.ts'

let bed = new Bed()
afterEach(async () => {
  await bed.close()
  bed = new Bed()
})

async function start(consent: 'once' | 'each-time') {
  const context = { policy: { consent, revocation: 'off' } }
  const { server, clientId } = await startSignIn(bed, { context })
  const url = (more: Record<string, string> = {}) =>
    authorizationUrl(server, clientId, { scope: 'openid user/Patient.rs', ...more })
  const browser = new Browser(bed)
  const parametersOf = (left: string) => Object.fromEntries(new URL(left).searchParams)
  return {
    server,
    signIn: async () => parametersOf(await signInThrough(browser, url(), people.ana!)),
    silently: async () => parametersOf(leftBy(await browser.open(url({ prompt: 'none' })))),
  }
}

test.each([
  ['once', { code: expect.any(String) }],
  ['each-time', { error: 'consent_required' }],
] as const)('who allowed the same before is asked %s', async (consent, answer) => {
  const { signIn, silently } = await start(consent)
  expect(await signIn()).toHaveProperty('code')
  expect(await silently()).toMatchObject(answer)
})

test('skip/person-consent takes everything for allowed, and notes that it fired', async () => {
  const { server, signIn, silently } = await start('each-time')
  await signIn()
  const arm = await server.actor.arm([{ inject: 'skip/person-consent' }])
  expect(await silently()).toHaveProperty('code')
  expect(await server.actor.disarm(arm)).toMatchObject([{ fault: 'skip/person-consent' }])
})
