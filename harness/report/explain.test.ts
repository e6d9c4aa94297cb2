import { expect, test } from 'vitest'
import { knowledge } from '../testbed.ts'
import { explain, overview, wordsOf } from './explain.ts'
import { painter } from './paint.ts'

const known = { ...(await knowledge()), exits: [{ code: '3', meaning: 'The stage broke.' }] }
const words = (word: string) => explain(word, known, painter(false)).join('\n')

test('a rule: its text, section, strength, versions, what breaks it and who enforces it', () => {
  const text = words('reg-x04')
  expect(text).toMatch(/^reg-x04 {2}rule of the guide: SHALL, authorization-server\n {2}Reject an expired/)
  expect(text).toContain('versions ')
  expect(text).toContain('judged    where somebody misbehaves')
  expect(text).toMatch(/tested by .*software-statement\/expired/)
  expect(text).toContain(
    'software-statement-expiry (authorization-server, data-holder, directory, intermediary, identity-provider)',
  )
})

test('a rule that is another one in another version, one that is never judged, and one that nothing breaks', () => {
  expect(words('disc-027')).toContain('versions  1.0.0, 1.1.0 MAY; 2.0.0, 3.0.0-ballot SHALL')
  expect(words('gen-012')).toContain('section   general 7.1.3#jwt-headers, 1.2.3 in 1.0.0 and 1.1.0')
  expect(words('disc-027')).toContain('depends   discovery.requiredFields')
  expect(words('disc-007')).toContain('judged    never: it is agreed outside the wire')
  expect(words('reg-018')).toMatch(/broken by .*software-statement\/redirect-uri-http/)
})

test('an error code that several endpoints send is explained for each', () => {
  const text = words('invalid_request')
  expect(text).toContain('error of the token endpoint: HTTP 400')
  expect(text).toContain('error of the authorization endpoint, in the redirect')
  expect(text).toContain('error of the resource server: HTTP 400')
})

test('a fault, a check by either name, an action, a kind, a profile and an exit code', () => {
  expect(words('software-statement/expired')).toContain('changes   claims.iat, claims.exp')
  expect(words('skip/software-statement-expiry')).toBe(words('software-statement-expiry'))
  expect(words('udap/register')).toMatch(/with {6}\S+: [\s\S]*outputs {3}status: HTTP status/)
  expect(words('access-token/expired').split('\n')[0]).toMatch(/ fault of authorization-server, data-holder/)
  expect(words('testbed/revoke')).toContain('action of the testbed itself')
  expect(words('client-app')).toContain('software-statement: expired')
  expect(words('leaf')).toContain('certificate profile')
  expect(words('3')).toContain('The stage broke.')
  expect(words('nonsense')).toBe('')
})

test('every word of the overview can be explained', () => {
  for (const word of Object.values(wordsOf(known)).flat()) expect(words(word), word).not.toBe('')
  const shown = overview(known, painter(false)).join('\n')
  expect(shown).toContain('\n  invalid_client\n')
  expect(shown).toMatch(/^rules {2}\d+, from disc-001 on/)
})
