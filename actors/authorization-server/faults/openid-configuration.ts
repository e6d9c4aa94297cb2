/** The configuration of an OpenID Provider (OpenID Connect Discovery 3 and 4.3): what its ID tokens are validated with. */
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, set: Record<string, Wrong>) =>
  spoilt('openid-configuration', { mutation, title, breaks: [], tests: ['tier-025'], set })

export const openidConfigurationFaults = [
  row('wrong-issuer', 'issuer is not where the document was found.', {
    issuer: 'https://somebody-else.example',
  }),
  row('no-jwks-uri', 'jwks_uri is missing.', { jwks_uri: undefined }),
  // The same host, so that nothing but the path is wrong.
  row('wrong-jwks-uri', 'At jwks_uri there is nothing.', { jwks_uri: (uri: string) => `${uri}/nothing` }),
]
