/** The UDAP metadata, its plain part (guide 2.1, 2.2). */
import type { RuleId } from '../../../spec/types.ts'
import { PROFILES } from '../../../wire/udap.ts'
import { spoilt, spoiltText, type Wrong } from '../../spoil.ts'

const row = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  set: Record<string, Wrong>,
  tests: RuleId[] = [],
) => spoilt('metadata', { mutation, title, breaks, tests, set })

const without = (mutation: string, field: string, ...rules: RuleId[]) =>
  row(mutation, `${field} is missing.`, rules, { [field]: undefined })

const but = (one: string) => (list: string[]) => list.filter((other) => other !== one)

const withoutProfile = (mutation: string, profile: string, rule: RuleId) =>
  row(mutation, `udap_profiles_supported lacks ${profile}.`, [rule], {
    udap_profiles_supported: but(profile),
  })

export const metadataFaults = [
  without('no-versions', 'udap_versions_supported', 'disc-011'),
  without('no-profiles', 'udap_profiles_supported', 'disc-012'),
  without('no-extensions-supported', 'udap_authorization_extensions_supported', 'disc-017', 'com-003'),
  without('no-extensions-required', 'udap_authorization_extensions_required', 'disc-019'),
  without('no-certifications-supported', 'udap_certifications_supported', 'disc-022', 'com-003'),
  without('no-grant-types', 'grant_types_supported', 'disc-025'),
  without('no-scopes', 'scopes_supported', 'disc-027', 'gen-033', 'com-002'),
  without('no-authorization-endpoint', 'authorization_endpoint', 'disc-003', 'disc-029'),
  without('no-token-endpoint', 'token_endpoint', 'disc-003', 'disc-030'),
  without('no-auth-methods', 'token_endpoint_auth_methods_supported', 'disc-031'),
  without('no-signing-algs', 'token_endpoint_auth_signing_alg_values_supported', 'disc-032'),
  without('no-registration-endpoint', 'registration_endpoint', 'disc-003', 'disc-033'),
  without('no-registration-algs', 'registration_endpoint_jwt_signing_alg_values_supported', 'disc-034'),
  without('no-signed-metadata', 'signed_metadata', 'disc-035'),
  row('wrong-version', 'udap_versions_supported is ["2"].', ['disc-011'], {
    udap_versions_supported: ['2'],
  }),
  row(
    'scopes-as-text',
    'scopes_supported is a text instead of an array.',
    ['disc-005', 'disc-027', 'gen-033'],
    {
      scopes_supported: (scopes: string[]) => scopes.join(' '),
    },
  ),
  row('no-udap-scope', 'scopes_supported lacks udap.', ['tier-003', 'tier-009'], {
    scopes_supported: but('udap'),
  }),
  row('no-openid-scope', 'scopes_supported lacks openid.', ['tier-009', 'gen-033', 'gen-037'], {
    scopes_supported: but('openid'),
  }),
  withoutProfile('no-dcr-profile', PROFILES.dcr, 'disc-013'),
  withoutProfile('no-authn-profile', PROFILES.authn, 'disc-014'),
  withoutProfile('no-authz-profile', PROFILES.authz, 'disc-015'),
  withoutProfile('no-tiered-profile', PROFILES.tiered, 'disc-016'),
  row('no-b2b-extension', 'udap_authorization_extensions_supported is empty.', ['disc-018', 'b2b-040'], {
    udap_authorization_extensions_supported: [],
    udap_authorization_extensions_required: [],
  }),
  row('b2b-not-required', 'udap_authorization_extensions_required is empty.', ['disc-021'], {
    udap_authorization_extensions_required: [],
  }),
  row(
    'no-certifications-required',
    'A certification is supported, and udap_certifications_required is missing.',
    ['disc-023'],
    { udap_certifications_supported: ['https://community.example/certification'] },
  ),
  row('refresh-without-code', 'refresh_token is supported without authorization_code.', ['disc-026'], {
    grant_types_supported: ['client_credentials', 'refresh_token'],
  }),
  row('code-not-listed', 'authorization_endpoint is there, authorization_code is not.', ['disc-x03'], {
    grant_types_supported: ['client_credentials'],
  }),
  row(
    'empty-grant-types',
    'grant_types_supported is empty.',
    ['disc-002', 'disc-025'],
    { grant_types_supported: [] },
    ['disc-009'],
  ),
  row('relative-token-endpoint', 'token_endpoint is a path, no absolute URL.', ['disc-003', 'disc-030'], {
    token_endpoint: '/token',
  }),
  row(
    'relative-registration-endpoint',
    'registration_endpoint is a path, no absolute URL.',
    ['disc-003', 'disc-033'],
    {
      registration_endpoint: '/register',
    },
  ),
  row('no-certification-required', 'udap_certifications_required is empty.', ['reg-045'], {
    udap_certifications_required: [],
  }),
  row('required-beyond-supported', 'A certification is required that is not supported.', ['disc-024'], {
    udap_certifications_required: ['https://community.example/certification'],
  }),
  row(
    'extension-required-beyond-supported',
    'An extension is required that is not supported.',
    ['disc-020'],
    {
      udap_authorization_extensions_required: ['hl7-b2b', 'another-extension'],
    },
  ),
  row('signed-metadata-no-jwt', 'signed_metadata is no JWT.', ['disc-035', 'gen-004'], {
    signed_metadata: 'no.jwt',
  }),
  spoiltText('metadata', {
    mutation: 'not-json',
    title: 'The body is cut off in the middle of its JSON.',
    breaks: ['disc-005'],
    touches: [''],
    change: (text) => text.slice(0, -1),
  }),
  row('no-rs256', 'RS256 is not among the algorithms of client assertions.', ['gen-006'], {
    token_endpoint_auth_signing_alg_values_supported: ['ES256', 'ES384'],
  }),
  row('no-es256', 'ES256 is not among the algorithms of software statements.', ['gen-008'], {
    registration_endpoint_jwt_signing_alg_values_supported: ['RS256', 'RS384'],
  }),
]
