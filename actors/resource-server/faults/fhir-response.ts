/** The answer to who shows an access token, or none (RFC 6750 3; FHIR R4 3.1.0.1.10). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('fhir-response', { mutation, title, breaks, set })

const challenge = 'headers.www-authenticate'

const withoutError = (sent: string) => sent.replace(/, error(_description)?="[^"]*"/g, '')

export const fhirResponseFaults = [
  row('no-challenge', 'WWW-Authenticate is missing.', ['gen-x32'], { [challenge]: undefined }),
  row('basic-challenge', 'WWW-Authenticate asks for Basic authentication.', ['gen-x32'], {
    [challenge]: (sent: string | undefined) => sent && 'Basic realm="FHIR"',
  }),
  row('bare-challenge', 'WWW-Authenticate is Bearer and nothing else.', ['gen-x32'], {
    [challenge]: (sent: string | undefined) => sent && 'Bearer',
  }),
  row('no-error', 'WWW-Authenticate does not say what is wrong with the token.', ['gen-x33'], {
    [challenge]: (sent: string | undefined) => sent && withoutError(sent),
  }),
  row('wrong-error', 'WWW-Authenticate says invalid_request of a token that is not good.', ['gen-x33'], {
    [challenge]: (sent: string | undefined) => sent?.replace(/error="[^"]*"/, 'error="invalid_request"'),
  }),
  row('error-unasked', 'WWW-Authenticate says invalid_token, be a token shown or not.', ['gen-x34'], {
    [challenge]: (sent: string | undefined) => sent && `${withoutError(sent)}, error="invalid_token"`,
  }),
  // FHIR, which is beside the guide.
  row('wrong-content-type', 'content-type is that of a text.', [], {
    'headers.content-type': 'text/plain; charset=utf-8',
  }),
  row('no-resource-type', 'resourceType is missing.', [], { 'body.resourceType': undefined }),
]
