/** What a scenario may loosen or tighten of an authorization server. */
import { type Static, Type } from 'typebox'
import { RevocationPolicy } from '../policy.ts'

export const Policy = Type.Object(
  {
    skewS: Type.Integer({
      description: 'Seconds by which the clock of who signs a JWT may differ from ours.',
      default: 0,
      minimum: 0,
      maximum: 3600,
    }),
    replay: Type.Enum(['refuse', 'accept'], {
      description: 'What becomes of a JWT whose jti its issuer used before (UDAP profiles: MAY be refused).',
      default: 'refuse',
    }),
    revocation: RevocationPolicy,
    modifiedClientId: Type.Enum(['same', 'new'], {
      description:
        'The client_id of a registration that is modified (3.4): the same, or a new one, with which the earlier one is cancelled.',
      default: 'same',
    }),
    certifications: Type.Enum(['ignore', 'accept', 'require'], {
      description:
        'Certifications of a registration (7.4): ignore all, accept those of supported programmes, or require some too.',
      default: 'accept',
    }),
    supportedCertifications: Type.Array(Type.String(), {
      description: 'URIs of the certification programmes that are understood; all others are ignored.',
      default: [],
    }),
    requiredCertifications: Type.Array(Type.String(), {
      description:
        'With `certifications: require`: the URIs of which each registration needs a certification.',
      default: [],
    }),
    onBadCertification: Type.Enum(['refuse', 'drop'], {
      description: 'What a certification that is not good costs: the registration, or only itself.',
      default: 'refuse',
    }),
    consent: Type.Enum(['once', 'each-time'], {
      description:
        'Whether a person who allowed the same before can be spared the question, with prompt=none, or their authorization is needed for each code (6.3).',
      default: 'once',
    }),
    httpRedirects: Type.Enum(['refuse', 'loopback'], {
      description:
        'Redirect URIs with http (3.1: https): refused, or taken when they lead to localhost, as those of a test tool that somebody runs on their own machine.',
      default: 'refuse',
    }),
    textExtensions: Type.Enum(['ignore', 'read'], {
      description:
        'An extensions claim that is JSON in a string, not an object (5.2.1): counts as none, or is read.',
      default: 'ignore',
    }),
    fetchLogo: Type.Boolean({
      description: 'Whether logo_uri is fetched at registration, and must answer with an image.',
      default: false,
    }),
    dereferenceJku: Type.Boolean({
      description:
        'Whether a client assertion may have jku and kid for x5c; the key set is fetched if the client registered it (7.6, experimental).',
      default: false,
    }),
    resolveReferences: Type.Boolean({
      description:
        'Whether what hl7-b2b points to is fetched at a token request, and must be there: an organization_id that is a URL, each consent_reference, and the document of a consent (5.2.1.1).',
      default: false,
    }),
    subjectId: Type.Enum(['any', 'npi'], {
      description:
        'What subject_id of hl7-b2b may be: any text, or a US National Provider Identifier (5.2.1.1, 5.2.1.2). The version of the guide says when left out.',
    }),
    purposesOfUse: Type.Array(Type.String(), {
      description: 'Codes that purpose_of_use of hl7-b2b may have in this community; any when empty.',
      default: [],
    }),
    invalidClientStatus: Type.Enum([400, 401], {
      description: 'Status of invalid_client at the token endpoint: RFC 6749 5.2 allows both.',
      default: 400,
    }),
  },
  { additionalProperties: false },
)

export type Policy = Static<typeof Policy>
