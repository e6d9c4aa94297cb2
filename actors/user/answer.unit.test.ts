import { expect, test } from 'vitest'
import { contextOf } from '../fixture.ts'
import { isAnswer, redirectUriOf } from './answer.ts'

const REDIRECT_URI = 'https://app.example/callback'
const context = contextOf('ana', {
  kind: 'user',
  peers: {
    app: { kind: 'client-app', url: 'https://app.example', endpoints: { redirect: REDIRECT_URI }, links: {} },
    as: { kind: 'authorization-server', url: 'https://as.example', endpoints: {}, links: {} },
  },
})
const leaves = (location: string | undefined, redirectUri: string | undefined = REDIRECT_URI) =>
  isAnswer(
    { url: 'https://as.example/', ...(location === undefined ? {} : { location }) },
    redirectUri,
    context,
  )

test.each(['', '?code=a', '#code=a', '?'])('a redirect to the redirect URI and %j is the answer', (rest) => {
  expect(leaves(REDIRECT_URI + rest)).toBe(true)
})

test('a query of its own goes on', () => {
  expect(leaves(`${REDIRECT_URI}?a=b&code=c`, `${REDIRECT_URI}?a=b`)).toBe(true)
  expect(leaves(`${REDIRECT_URI}?a=bc`, `${REDIRECT_URI}?a=b`)).toBe(false)
})

test.each([
  undefined,
  `${REDIRECT_URI}s?code=a`,
  `${REDIRECT_URI}/more?code=a`,
  'https://app.example/?code=a',
  'https://app.example.evil.example/callback?code=a',
  'https://as.example/interaction/1',
])('one to %s is none', (location) => {
  expect(leaves(location)).toBe(false)
})

test('without a redirect URI in the request any app of the case is meant', () => {
  const to = (location: string) => isAnswer({ url: 'https://as.example/', location }, undefined, context)
  expect(to(`${REDIRECT_URI}?code=a`)).toBe(true)
  expect(to('https://as.example/callback?code=a')).toBe(false)
})

test('a redirect URI is that of an authorization request only', () => {
  const asked = new URLSearchParams({ redirect_uri: REDIRECT_URI })
  expect(redirectUriOf(`https://as.example/authorize?client_id=c&${asked}`)).toBe(REDIRECT_URI)
  expect(redirectUriOf(`https://as.example/other?${asked}`)).toBeUndefined()
  expect(redirectUriOf('https://as.example/authorize?client_id=c')).toBeUndefined()
  expect(redirectUriOf('no url')).toBeUndefined()
})
