/** What a file of communities/ must look like; schema/community.schema.json is made of it. */
import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false }
const Text = Type.String({ minLength: 1 })
const text = (description: string) => Type.String({ minLength: 1, description })
const uri = (description: string) => Type.String({ pattern: '^[A-Za-z][A-Za-z0-9+.-]*:\\S+$', description })
const texts = (description: string) => Type.Array(Text, { minItems: 1, uniqueItems: true, description })

const source = Type.Optional(
  Type.Union([Text, Type.Record(Type.String(), Text)], {
    description: 'Where the values come from: one text for all of them, or a text for each key.',
  }),
)

const Code = Type.Union([
  Text,
  Type.Object({ code: Text, title: Type.Optional(text('For people.')), source: Type.Optional(Text) }, closed),
])

const codeList = {
  system: Type.Optional(
    uri('URI of the code system: a code is sent as <system>#<code>, without it as it stands.'),
  ),
  codes: Type.Array(Code, { minItems: 1, description: 'The codes that are allowed.' }),
  default: Type.Optional(text('The code that simulated clients send; the first one when left out.')),
}

const grants = (description: string) =>
  Type.Array(Type.Enum(['client_credentials', 'authorization_code']), { uniqueItems: true, description })

const objectRules = {
  schema: Type.Optional(text('Path of its JSON Schema, beside this file.')),
  example: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'What simulated clients send; "{purpose}" in it becomes the code of their purpose of use.',
    }),
  ),
  rules: Type.Optional(
    Type.Array(
      Type.Object(
        {
          member: text('Name of a member, one text or a list of them.'),
          among: Type.Enum(['purposeOfUse', 'subjectRole', 'consentPolicies'], {
            description: 'The topic that lists what is allowed.',
          }),
        },
        closed,
      ),
      { description: 'What a JSON Schema cannot say.' },
    ),
  ),
}

const Certification = Type.Object(
  {
    name: text('certification_name, to the letter.'),
    uris: texts('certification_uris of the programme.'),
    signer: Type.Enum(['client', 'other'], {
      description: 'Who signs it: the client about itself, or somebody else.',
    }),
    signerUri: Type.Optional(text('Regular expression of the URI of whoever else signs it.')),
    requiredFor: grants('Grant types that nobody registers for without it; empty when it is voluntary.'),
    claims: Type.Optional(
      Type.Object(objectRules, { ...closed, description: 'Claims that the programme adds.' }),
    ),
    source,
  },
  closed,
)

const Extension = Type.Object(
  {
    key: text('Its name in the extensions claim of the client assertion.'),
    title: Type.Optional(text('For people.')),
    grants: Type.Array(Type.Literal('client_credentials'), {
      description:
        'Grant types of the token requests that it belongs to: the guide has extensions with client credentials only (5.2.1).',
    }),
    required: Type.Optional(
      Type.Union(
        [
          Type.Literal('always'),
          Type.Object({ purposeOfUse: texts('With one of these codes in hl7-b2b.') }, closed),
        ],
        { description: 'When it must be there; never when left out.' },
      ),
    ),
    ...objectRules,
    source,
  },
  closed,
)

export const CommunityFile = Type.Object(
  {
    community: uri('URI of the community; with: { community } of a certificate authority picks it.'),
    name: text('Its name, as reports say it.'),
    status: Type.Enum(['example', 'draft', 'in force'], { description: 'How binding the definition is.' }),
    about: Type.Optional(text('For people.')),
    source,
    uris: Type.Optional(
      Type.Object(
        {
          server: Type.Optional(text('Regular expression of the URI of a server.')),
          client: Type.Optional(text('Regular expression of the URI of a client.')),
          organization: Type.Optional(text('Regular expression of organization_id.')),
          source,
        },
        { ...closed, description: 'URIs of servers, clients and organizations.' },
      ),
    ),
    scopes: Type.Optional(
      Type.Object(
        { minimum: texts('Scopes that every server offers.'), source },
        { ...closed, description: 'Minimum scopes.' },
      ),
    ),
    subjectRole: Type.Optional(
      Type.Object({ ...codeList, source }, { ...closed, description: 'Codes of subject_role.' }),
    ),
    purposeOfUse: Type.Optional(
      Type.Object(
        {
          ...codeList,
          max: Type.Optional(Type.Integer({ minimum: 1, description: 'How many codes a token may have.' })),
          inClientUri: Type.Optional(
            Type.Literal(true, {
              description: "A client's URI ends with # and the one code that its certificate is for.",
            }),
          ),
          source,
        },
        { ...closed, description: 'Codes of purpose_of_use.' },
      ),
    ),
    identifiers: Type.Optional(
      Type.Object(
        {
          subject: Type.Array(
            Type.Object(
              {
                system: uri('URI of the naming system.'),
                pattern: Type.Optional(text('Regular expression of the value.')),
              },
              closed,
            ),
            { minItems: 1, description: 'subject_id is <system>#<value> of one of these.' },
          ),
          source,
        },
        { ...closed, description: 'Identifier systems.' },
      ),
    ),
    consentPolicies: Type.Optional(
      Type.Object(
        { uris: texts('URIs that consent_policy may have.'), source },
        { ...closed, description: 'Consent policies.' },
      ),
    ),
    certifications: Type.Optional(
      Type.Array(Certification, { description: 'Certifications of client apps (guide 7.4).' }),
    ),
    time: Type.Optional(
      Type.Object(
        {
          maxSkewS: Type.Integer({
            minimum: 0,
            maximum: 3600,
            description: 'Seconds by which two clocks may differ.',
          }),
          source,
        },
        { ...closed, description: 'Time synchronisation.' },
      ),
    ),
    certificates: Type.Optional(
      Type.Object(
        {
          keys: Type.Optional(
            Type.Array(Type.Enum(['rsa-2048', 'rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384']), {
              minItems: 1,
              uniqueItems: true,
              description: 'Keys that a participant may have.',
            }),
          ),
          keyUsage: Type.Optional(
            Type.Array(
              Type.Enum([
                'digitalSignature',
                'nonRepudiation',
                'keyEncipherment',
                'dataEncipherment',
                'keyAgreement',
              ]),
              { minItems: 1, uniqueItems: true, description: 'Key usages of a certificate, exactly these.' },
            ),
          ),
          maxLifetimeDays: Type.Optional(
            Type.Integer({ minimum: 1, description: 'Days from notBefore to notAfter at most.' }),
          ),
          revocation: Type.Optional(
            Type.Array(Type.Enum(['crl', 'ocsp']), {
              minItems: 1,
              uniqueItems: true,
              description: 'A certificate says by all of these where its revocation is told.',
            }),
          ),
          source,
        },
        { ...closed, description: 'Certificate policy for participants.' },
      ),
    ),
    extensions: Type.Optional(
      Type.Array(Extension, { description: 'Extension objects beside hl7-b2b (guide 5.2.1.1).' }),
    ),
    b2b: Type.Optional(
      Type.Object(
        {
          defaults: Type.Record(Type.String(), Type.Unknown(), {
            description: 'Members of hl7-b2b as simulated clients send them, such as organization_id.',
          }),
          source,
        },
        { ...closed, description: 'What simulated clients say of themselves.' },
      ),
    ),
  },
  { ...closed, description: 'What a trust community decides (docs/communities.md).' },
)

export type CommunityFile = Static<typeof CommunityFile>
