/** What a client can get wrong in tiered OAuth, or a data holder that is one (guide, Tiered OAuth 6.1, 6.2). */
import type { RuleId } from '../../../spec/types.ts'
import type { Artifact } from '../../make.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (
  artifact: Artifact,
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
) => spoilt(artifact, { mutation, title, breaks, set })

const without = (scope: string) => (scopes: string | undefined) =>
  scopes
    ?.split(' ')
    .filter((one) => one !== scope)
    .join(' ')

/** Of an app and of a data holder alike. */
export const tieredClientFaults = [
  row(
    'software-statement',
    'no-udap-scope',
    'The scope of the software statement has no udap.',
    ['tier-004', 'tier-011'],
    { 'claims.scope': without('udap') },
  ),
]

export const appFaults = [
  ...tieredClientFaults,
  row('authorization-request', 'no-idp', 'idp is missing, though scope has udap.', ['tier-006'], {
    idp: undefined,
  }),
]

export const holderFaults = [
  ...tieredClientFaults,
  row(
    'software-statement',
    'no-openid-scope',
    'The scope of the software statement has no openid.',
    ['tier-011'],
    { 'claims.scope': without('openid') },
  ),
  row('authorization-request', 'no-openid-scope', 'scope has no openid.', ['tier-016', 'tier-017'], {
    scope: without('openid'),
  }),
  row('authorization-request', 'no-nonce', 'nonce is missing.', ['tier-x07'], { nonce: undefined }),
  row(
    'authorization-response',
    'unfit-error',
    'error is unauthorized_client, whatever is wrong.',
    ['tier-012', 'tier-020', 'tier-031', 'tier-x08', 'tier-x13'],
    { error: (sent: string | undefined) => (sent === undefined ? undefined : 'unauthorized_client') },
  ),
]
