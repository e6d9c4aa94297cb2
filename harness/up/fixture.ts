/** For tests: what is up, with words in it that somebody else chose. */
import type { Status } from './status.ts'

export const HOSTILE = '<img src=x onerror=alert(1)>"\''

const client = {
  clientId: 'c-1',
  uri: 'https://app.example',
  grants: ['client_credentials'],
  scopes: ['system/*.rs'],
}

export const status: Status = {
  name: 'A community that stays up',
  version: '0.1.0',
  ready: true,
  since: '2026-01-31T12:00:00.000Z',
  life: 3,
  tlsRoot: 'PEM',
  actors: [
    {
      name: 'as',
      kind: 'authorization-server',
      spec: '2.0.0',
      url: 'https://as-c1.localhost:8443',
      endpoints: { token: 'https://as-c1.localhost:8443/token', odd: 'javascript:alert(1)' },
      anchors: { 'urn:example:north': ['AAAA'] },
      clients: {
        count: 77,
        last: [
          { ...client, name: 'A backend' },
          { ...client, name: HOSTILE },
        ],
      },
    },
    {
      name: 'ana',
      kind: 'user',
      spec: '2.0.0',
      url: 'https://ana-c1.localhost',
      endpoints: {},
      anchors: {},
      signIn: { username: 'ana', password: 'made-up' },
    },
  ],
  hops: [
    {
      time: '2026-01-31T12:00:01.000Z',
      to: 'as',
      class: 'token',
      method: 'POST',
      path: '/token',
      status: 200,
      ms: 8,
    },
    {
      time: '2026-01-31T12:00:02.000Z',
      from: 'as',
      class: 'unknown',
      method: 'GET',
      path: `/${'long-'.repeat(60)}`,
      note: HOSTILE,
      ms: 12,
    },
  ],
}
