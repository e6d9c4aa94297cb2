/** The parameters of an authorization request (guide 7.2; RFC 6749 4.1.1; RFC 7636 4.3). */
import type { RuleId } from '../../../spec/types.ts'
import { codeChallengeOf } from '../../pkce.ts'
import { spoilt, spoiltText, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('authorization-request', { mutation, title, breaks, set })

export const authorizationRequestFaults = [
  row('no-response-type', 'response_type is missing.', ['gen-020'], { response_type: undefined }),
  row('wrong-response-type', 'response_type is token.', ['gen-020'], { response_type: 'token' }),
  row('no-client-id', 'client_id is missing.', ['gen-020', 'tier-x05'], { client_id: undefined }),
  row('unknown-client-id', 'client_id is one that the server never gave.', ['gen-020', 'tier-x05'], {
    client_id: 'nobody',
  }),
  // Allowed when one is registered: it puts the receiver to the test.
  row('no-redirect-uri', 'redirect_uri is missing.', ['gen-021'], { redirect_uri: undefined }),
  row('wrong-redirect-uri', 'redirect_uri is not registered.', ['gen-021', 'tier-x05'], {
    redirect_uri: 'https://somebody-else.example/callback',
  }),
  row('redirect-uri-with-slash', 'redirect_uri has a slash more at its end.', ['gen-021', 'tier-x05'], {
    redirect_uri: (uri: string) => `${uri}/`,
  }),
  row('no-scope', 'scope is missing.', ['gen-022'], { scope: undefined }),
  row('no-state', 'state is missing.', ['gen-024', 'gen-025'], { state: undefined }),
  row('no-code-challenge', 'code_challenge and its method are missing.', ['gen-023', 'gen-028', 'gen-030'], {
    code_challenge: undefined,
    code_challenge_method: undefined,
  }),
  row('no-challenge-method', 'code_challenge_method is missing, which means plain.', ['gen-023'], {
    code_challenge_method: undefined,
  }),
  row('plain-challenge', 'code_challenge_method is plain.', ['gen-023', 'gen-028'], {
    code_challenge_method: 'plain',
  }),
  row('wrong-challenge', 'code_challenge is of another code_verifier.', ['gen-028', 'gen-031'], {
    code_challenge: codeChallengeOf('of somebody else'),
  }),
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
    breaks: ['con-002', 'b2b-004'],
    touches: ['state'],
    change: (url) => `${url}&state=another`,
  }),
]
