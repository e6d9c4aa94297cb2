/** A consumer app that authenticates by a secret instead of a key (RFC 6749 2.3.1; guide 1.x, Consumer 4.2). */
import { Type } from 'typebox'
import type { ActionSpec } from '../../actor.ts'
import type { Check } from '../../checks.ts'
import { missing } from '../../input.ts'
import type { Act } from '../../runtime.ts'
import { equalSecrets } from '../constant-time.ts'
import type { FormRequest } from '../form-request.ts'
import type { SignedJwt } from '../jwt.ts'
import type { Server } from '../server.ts'

export const enrolAction: ActionSpec = {
  title: 'Enters an app by hand, as an operator does: it gets a client_id and a secret.',
  with: Type.Object(
    {
      client_name: Type.String({ description: 'What people call it.' }),
      redirect_uri: Type.String({ description: 'Where browsers are sent back to.' }),
      scope: Type.String({ description: 'Scopes, separated by spaces.' }),
    },
    { additionalProperties: false },
  ),
  links: {},
  answer: 'none: no request is made',
  outputs: { client_id: 'for the app', client_secret: 'for the app' },
}

export function enrolling({ runtime, clients, with: { grants } }: Server): Act {
  return async ({ client_name, redirect_uri, scope }) => {
    if (!isAllowed(runtime.context.spec)) {
      throw missing('In this version of the guide an app authenticates by its key, and never by a secret.')
    }
    const secret = runtime.id()
    const { clientId } = clients.enrol({
      community: undefined,
      uri: '',
      grantTypes: grants.filter((one) => one !== 'client_credentials'),
      scopes: String(scope).split(' '),
      redirectUris: [String(redirect_uri)],
      postLogoutRedirectUris: [],
      name: String(client_name),
      logoUri: undefined,
      jku: undefined,
      secret,
    })
    return { outputs: { client_id: clientId, client_secret: secret } }
  }
}

const isAllowed = ({ parameters }: Server['runtime']['context']['spec']) =>
  parameters.token.sharedSecret === 'allowed'

/** In the place of what a client assertion says, when the right secret comes with the request. */
export function jwtBySecret(
  { runtime, clients }: Server,
  { authorization, form }: FormRequest,
): { jwt?: SignedJwt } {
  // RFC 6749 2.3: in one way only.
  const mayBe = isAllowed(runtime.context.spec) && !form.has('client_assertion')
  const shown = mayBe ? credentialsIn(authorization) : undefined
  const secret = shown && clients.byId(shown.id)?.secret
  if (!shown || secret === undefined || !equalSecrets(secret, shown.secret)) return {}
  return {
    jwt: { compact: '', header: {}, claims: { iss: shown.id }, leaf: undefined, community: undefined },
  }
}

function credentialsIn(authorization = ''): { id: string; secret: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  // Each of the two is written as a form writes it.
  const [id = '', secret = ''] = text
    .split(':', 2)
    .map((part) => new URLSearchParams(`x=${part}`).get('x') ?? '')
  return { id, secret }
}

/** What is asked of a request by secret, too; the rest is about assertions. */
const asked = [
  'token-content-type',
  'token-client-secret',
  'token-parameters-once',
  'token-grant-type',
  'client-assertion-issuer',
  'token-client-id',
]

/** @param checks those before it is known who asks */
export function unlessBySecret<Subject extends FormRequest>(checks: Check<Subject>[]): Check<Subject>[] {
  return checks.map((check) =>
    asked.includes(check.name)
      ? check
      : { ...check, run: (subject) => (isBySecret(subject) ? undefined : check.run(subject)) },
  )
}

/** No assertion is empty and says who it is by. */
const isBySecret = ({ jwt }: FormRequest) => jwt.compact === '' && jwt.claims.iss !== undefined
