/** The parameters of an authorization request (guide 7.2; RFC 6749 4.1.1; RFC 7636 4.3). */
import type { RuleId } from '../../../spec/types.ts'
import { codeChallengeOf } from '../../pkce.ts'
import { spoilt, spoiltText, type Wrong } from '../../spoil.ts'

/** @param tests rules of the server that gets it */
const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = [],
) => spoilt('authorization-request', { mutation, title, breaks, tests, set })

/** The consumer and the B2B page say the same of a request and of its state and PKCE. */
const request = ['con-002', 'b2b-004']
const constraints = ['con-007', 'b2b-008']
const flow = ['con-001', 'b2b-001']

export const authorizationRequestFaults = [
  row(
    'no-response-type',
    'response_type is missing.',
    ['gen-020', ...request, ...flow],
    { response_type: undefined },
    ['gen-x24'],
  ),
  row(
    'wrong-response-type',
    'response_type is token.',
    ['gen-020', ...request, ...flow],
    { response_type: 'token' },
    ['gen-x24'],
  ),
  row('no-client-id', 'client_id is missing.', ['gen-020', ...request], { client_id: undefined }, [
    'tier-x05',
  ]),
  row(
    'unknown-client-id',
    'client_id is one that the server never gave.',
    ['gen-020', 'reg-002', ...request],
    { client_id: 'nobody' },
    ['tier-x05'],
  ),
  // Allowed when one is registered, and wrong when there are several.
  row('no-redirect-uri', 'redirect_uri is missing.', ['gen-021', ...request], { redirect_uri: undefined }),
  row(
    'wrong-redirect-uri',
    'redirect_uri is not registered.',
    ['gen-021', ...request],
    { redirect_uri: 'https://somebody-else.example/callback' },
    ['tier-x05'],
  ),
  row(
    'redirect-uri-with-slash',
    'redirect_uri has a slash more at its end.',
    ['gen-021', ...request],
    { redirect_uri: (uri: string) => `${uri}/` },
    ['tier-x05'],
  ),
  row(
    'redirect-uri-with-fragment',
    'redirect_uri has a fragment.',
    ['gen-021', 'gen-x20', ...request],
    { redirect_uri: (uri: string) => `${uri}#here` },
    ['tier-x05'],
  ),
  row('no-scope', 'scope is missing.', ['gen-022', ...request], { scope: undefined }),
  row('unshown-wildcard', 'scope has a wildcard, though scopes_supported shows none.', ['gen-034'], {
    scope: (scope: string | undefined) => `${scope ?? ''} patient/*.cruds`.trim(),
  }),
  row('no-state', 'state is missing.', ['gen-024', ...request, ...constraints], { state: undefined }, [
    'gen-025',
  ]),
  row('fixed-state', 'state is the same each time.', ['gen-x21'], { state: 'the-same-each-time' }),
  row(
    'no-code-challenge',
    'code_challenge and its method are missing.',
    ['gen-023', 'gen-028', ...request, ...constraints],
    { code_challenge: undefined, code_challenge_method: undefined },
    ['gen-030'],
  ),
  row(
    'no-challenge-method',
    'code_challenge_method is missing, which means plain.',
    ['gen-023', 'gen-028', ...request, ...constraints],
    { code_challenge_method: undefined },
    ['gen-029', 'gen-x25'],
  ),
  row(
    'plain-challenge',
    'code_challenge_method is plain.',
    ['gen-023', 'gen-028', ...request, ...constraints],
    { code_challenge_method: 'plain' },
    ['gen-029', 'gen-x25'],
  ),
  row('padded-challenge', 'code_challenge is padded as plain base64 is.', ['gen-x22'], {
    code_challenge: (challenge: string) => `${challenge}=`,
  }),
  row(
    'wrong-challenge',
    'code_challenge is of another code_verifier, the same each time.',
    ['gen-028', ...constraints, 'gen-x23'],
    { code_challenge: codeChallengeOf('of somebody else') },
    ['gen-029', 'gen-031'],
  ),
  row('no-udap-scope', 'scope has no udap, though there is an idp.', ['tier-005'], {
    scope: (scope: string | undefined) =>
      scope
        ?.split(' ')
        .filter((token) => token !== 'udap')
        .join(' '),
  }),
  row('wrong-idp', 'idp is no identity provider that the server could trust.', ['tier-006'], {
    idp: 'https://nobody.example',
  }),
  row('idp-with-slash', 'idp has a slash more at its end than the iss of its ID tokens.', ['tier-006'], {
    idp: (idp: string | undefined) => idp && `${idp}/`,
  }),
  spoiltText('authorization-request', {
    mutation: 'repeated-parameter',
    title: 'state is sent twice.',
    breaks: [...request, 'gen-x26'],
    tests: ['gen-x27'],
    touches: ['state'],
    change: (url) => `${url}&state=another`,
  }),
]
