/** What a client does with what a registration brought: client_ids given, replaced, cancelled and refused. */
import { beforeAll, describe, expect, test } from 'vitest'
import { authority, type Leaf, leafOf, Web } from '../../../../certs/fixture-pki.ts'
import type { Json, JsonObject } from '../../../../wire/json.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, origins } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import { rules } from '../index.ts'

let north: Leaf
let renewed: Leaf
let south: Leaf
beforeAll(async () => {
  const web = new Web()
  const [one, other] = await Promise.all([authority(web, 'North'), authority(web, 'South')])
  ;[north, renewed, south] = await Promise.all([leafOf(one), leafOf(one), leafOf(other)])
})

/** @returns the verdict with what was seen, or how often the rule was met */
function judged(id: string, hops: HopSketch[]): string {
  const by = rules.filter((rule) => rule.id === id)
  const [found] = judge(evidence({ steps: [{ id: 'all', hops }] }), by).cases[0]!.rules
  if (!found) return 'none'
  const [finding] = found.findings
  return finding
    ? `${found.verdict}: ${finding.expected}, saw ${finding.seen}`
    : `${found.verdict} ${found.met}`
}

function registers(leaf: Leaf, body: JsonObject, status = 201, claims: JsonObject = {}): HopSketch {
  const statement = fakeJwt({ iss: 'urn:app', ...claims }, { alg: 'RS256', x5c: [leaf.base64] })
  return {
    url: endpoints.registration,
    body: { software_statement: statement, udap: '1' },
    response: { status, body },
  }
}
const gives = (client_id: string, more: JsonObject = {}) => ({ client_id, ...more })

function asksToken(clientId: string, status = 200): HopSketch {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion: fakeJwt({ iss: clientId, sub: clientId }),
  })
  return {
    url: endpoints.token,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    response: { status, body: status === 200 ? { access_token: 't' } : {} },
  }
}
const authorizes = (clientId: string): HopSketch => ({
  from: 'app',
  url: `${origins.as}/authorize?response_type=code&client_id=${clientId}&redirect_uri=https%3A%2F%2Fapp-c1.example%2Fcb`,
  response: { status: 200 },
})

describe('reg-002: the client_id that was given', () => {
  test('any of those that the server gave; one that it did not give is wrong', () => {
    const given = [registers(north, gives('n')), registers(south, gives('s'))]
    expect(judged('reg-002', [...given, asksToken('n'), asksToken('s'), authorizes('n')])).toBe('met 3')
    expect(judged('reg-002', [...given, asksToken('x')])).toBe(
      'broken: iss the client_id that the server gave, "s", saw "x"',
    )
    expect(judged('reg-002', [...given, authorizes('x')])).toContain('client_id the client_id that')
  })

  test('who registered by hand, or before, goes by what nobody saw', () => {
    expect(judged('reg-002', [asksToken('x')])).toBe('none')
    expect(judged('reg-002', [registers(north, { error: 'x' }, 400), asksToken('x')])).toBe('none')
  })
})

describe('reg-053: a cancelled client_id', () => {
  const cancelled = () => registers(north, gives('n', { grant_types: [] }), 200)

  test('is not used any more', () => {
    expect(judged('reg-053', [registers(north, gives('n')), asksToken('n'), cancelled()])).toBe('met 1')
    expect(judged('reg-053', [cancelled(), asksToken('other')])).toBe('met 1')
    expect(judged('reg-053', [cancelled(), authorizes('n')])).toBe(
      'broken: no use of a client_id that the server said it cancelled, saw "n"',
    )
  })

  test('may be given again', () => {
    expect(judged('reg-053', [cancelled(), registers(north, gives('n')), asksToken('n')])).toBe('met 1')
  })

  test('needs an answer that says so', () => {
    expect(judged('reg-053', [registers(north, gives('n', { grant_types: ['x'] })), asksToken('n')])).toBe(
      'none',
    )
    expect(judged('reg-053', [registers(north, gives('n', { grant_types: [] }), 400), asksToken('n')])).toBe(
      'none',
    )
  })
})

describe('reg-055: a client_id that was replaced', () => {
  test('by a modification in the same community, whatever the certificate', () => {
    const modified = [registers(north, gives('a')), registers(renewed, gives('b'), 200)]
    expect(judged('reg-055', [...modified, asksToken('b')])).toBe('met 1')
    expect(judged('reg-055', [...modified, asksToken('a', 400)])).toBe(
      'broken: only the new client_id, "b", saw "a"',
    )
    expect(judged('reg-055', [...modified, registers(north, gives('a')), asksToken('a')])).toBe('met 2')
  })

  test('not by a registration in another community, of another iss, or after a cancellation', () => {
    const first = registers(north, gives('a'))
    expect(judged('reg-055', [first, registers(south, gives('b')), asksToken('a')])).toBe('none')
    const other = registers(north, gives('b'), 201, { iss: 'urn:other' })
    expect(judged('reg-055', [first, other, asksToken('a')])).toBe('none')
    const end = registers(north, gives('a', { grant_types: [] }), 200)
    expect(judged('reg-055', [first, end, registers(north, gives('b'))])).toBe('none')
  })

  test('reg-046 is used by it', () => {
    expect(judged('reg-046', [registers(north, gives('a')), registers(renewed, gives('a'), 200)])).toBe(
      'used 1',
    )
    expect(judged('reg-046', [registers(north, gives('a')), registers(south, gives('b'))])).toBe('none')
  })
})

describe('reg-x21 and reg-x22: after unapproved_software_statement', () => {
  const refused = (leaf: Leaf) => registers(leaf, { error: 'unapproved_software_statement' }, 400)

  test('the same certificate is not tried again, another one may be', () => {
    expect(judged('reg-x21', [refused(north)])).toBe('met 1')
    expect(judged('reg-x22', [refused(north)])).toBe('unused 0')
    const again = [refused(north), registers(south, gives('b'))]
    expect(judged('reg-x21', again)).toBe('met 1')
    expect(judged('reg-x22', again)).toBe('used 1')
    expect(judged('reg-x21', [refused(north), registers(north, gives('a'))])).toBe(
      'warned: no other try with a certificate that was answered unapproved_software_statement, saw the same certificate',
    )
  })

  test('another refusal says nothing about the certificate', () => {
    const other = registers(north, { error: 'invalid_client_metadata' }, 400)
    expect(judged('reg-x21', [other, registers(north, gives('a'))])).toBe('none')
  })
})

describe('reg-001: registered before any request for data', () => {
  const asksData = (status: number): HopSketch => ({
    to: 'fhir',
    url: `${endpoints.fhir}/Patient/1`,
    response: { status },
  })
  const metadata = (registration_endpoint: Json): HopSketch => ({
    to: 'fhir',
    url: endpoints.metadata,
    response: { status: 200, body: { registration_endpoint } },
  })

  test('where the FHIR server says', () => {
    const registered = registers(north, gives('a'))
    expect(judged('reg-001', [registered, asksData(401)])).toBe('met 1')
    expect(judged('reg-001', [metadata(endpoints.registration), registered, asksData(200)])).toBe('met 1')
    expect(judged('reg-001', [metadata('https://other.example/register'), registered, asksData(401)])).toBe(
      'broken: a registration before any request for data, saw none, and a request',
    )
  })

  test('a person who looks there with a browser need not register', () => {
    const looks = evidence({
      steps: [{ id: 'all', hops: [{ ...asksData(401), from: 'ana' }] }],
      actors: { ana: { kind: 'user' } },
    })
    expect(
      judge(
        looks,
        rules.filter(({ id }) => id === 'reg-001'),
      ).cases[0]!.rules,
    ).toEqual([])
  })

  test('who was registered before, or by hand, is let in', () => {
    expect(judged('reg-001', [asksData(200)])).toBe('none')
    expect(judged('reg-001', [asksToken('a'), asksData(401)])).toBe('none')
    expect(judged('reg-001', [registers(north, { error: 'x' }, 400), asksData(401)])).toContain('broken')
  })
})

describe('reg-009: an iss', () => {
  test('is of one app, which may register often', () => {
    const one = registers(north, gives('a'))
    const other = { ...registers(south, gives('b')), from: 'fhir' }
    expect(judged('reg-009', [one, one])).toBe('none')
    expect(judged('reg-009', [one, other])).toBe(
      'broken: an iss that no other app has, saw "urn:app", as app has',
    )
    const own = { ...registers(south, gives('b'), 201, { iss: 'urn:other' }), from: 'fhir' }
    expect(judged('reg-009', [one, own])).toBe('met 1')
  })
})

describe('reg-022: what is at the logo_uri', () => {
  const logo = (status: number, type?: string): HopSketch => ({
    from: 'as',
    to: 'app',
    url: 'https://app-c1.example/logo.png',
    response: { status, ...(type && { headers: { 'content-type': type } }), body: 'x' },
  })
  const judgedLogo = (hop: HopSketch) => {
    const app = { endpoints: { logo: hop.url } }
    const run = evidence({ steps: [{ id: 'all', hops: [hop] }], actors: { app } })
    const [found] = judge(
      run,
      rules.filter(({ id }) => id === 'reg-022'),
    ).cases[0]!.rules
    return found ? `${found.verdict}${found.findings.map(({ seen, actor }) => ` ${actor}: ${seen}`)}` : 'none'
  }

  test.each([
    [200, 'image/jpeg', 'met'],
    [200, 'IMAGE/PNG; q=1', 'met'],
    [200, 'image/svg+xml', 'broken app: "image/svg+xml"'],
    [200, undefined, 'broken app: ""'],
    [404, 'text/html', 'broken app: 404'],
    [302, undefined, 'none'],
    [503, undefined, 'none'],
  ])('%s with %s: %s', (status, type, said) => {
    expect(judgedLogo(logo(status, type))).toBe(said)
  })
})
