import { expect, test } from 'vitest'
import { HOSTILE, status } from './fixture.ts'
import { statusPage } from './status-page.ts'

const page = statusPage(status)

test('it says who is up, whom to trust, who registered and what happened last', () => {
  for (const words of [
    'A community that stays up',
    'start 3',
    'href="/tls-root.pem"',
    'href="https://as-c1.localhost:8443/token"',
    'href="/anchors/as/urn%3Aexample%3Anorth.pem"',
    'signs in as ana with the password made-up',
    'The last 2 of 77.',
    'A backend',
    'POST /token',
  ])
    expect(page).toContain(words)
})

test('what others have chosen is text, and leads nowhere', () => {
  expect(page).not.toContain(HOSTILE)
  expect(page).not.toContain('<img')
  expect(page).not.toContain('href="javascript:')
})

test('of nothing it says so', () => {
  const bare = statusPage({ ...status, hops: [], life: 1, actors: [] })
  expect(bare).toContain('None yet.')
  expect(bare).not.toContain('start 1')
})
