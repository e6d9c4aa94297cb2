/** The SMART configuration (SMART App Launch, "Conformance"): beside the guide, so it breaks no row of the catalogue. */
import { spoilt, spoiltText, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, set: Record<string, Wrong>) =>
  spoilt('smart-configuration', { mutation, title, breaks: [], set })

export const smartConfigurationFaults = [
  row('no-authorization-endpoint', 'authorization_endpoint is missing.', {
    authorization_endpoint: undefined,
  }),
  row('no-token-endpoint', 'token_endpoint is missing.', { token_endpoint: undefined }),
  row('no-capabilities', 'capabilities is missing.', { capabilities: undefined }),
  row('no-pkce', 'code_challenge_methods_supported is missing.', {
    code_challenge_methods_supported: undefined,
  }),
  row('plain-pkce', 'code_challenge_methods_supported has plain.', {
    code_challenge_methods_supported: ['plain'],
  }),
  row(
    'wrong-authorization-endpoint',
    'authorization_endpoint is at another host than in the UDAP metadata.',
    {
      authorization_endpoint: 'https://another-server.example/authorize',
    },
  ),
  row('wrong-token-endpoint', 'token_endpoint is at another host than in the UDAP metadata.', {
    token_endpoint: 'https://another-server.example/token',
  }),
  spoiltText('smart-configuration', {
    mutation: 'not-json',
    title: 'The body is cut off in the middle of its JSON.',
    breaks: [],
    touches: [''],
    change: (text) => text.slice(0, -1),
  }),
]
