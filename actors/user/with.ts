/** What a scenario may say about a person. What of it others must know is read by harness/run/people.ts. */
import { Type } from 'typebox'

const text = (description: string) => Type.Optional(Type.String({ description, minLength: 1 }))
const level = (description: string) => Type.Integer({ description, minimum: 1, maximum: 3, default: 2 })

export const With = Type.Object(
  {
    browser: Type.Enum(['http', 'chromium'], {
      description:
        'How they browse: http fills in forms without a screen, chromium is the real browser, with a screenshot of each page.',
      default: 'http',
    }),
    patient: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'Ids of the Patient resources that are theirs at a data holder.',
      }),
    ),
    fhirUser: text('Their own FHIR resource; their first Patient when left out and there is one.'),
    username: text('Their name at sign-in; the name of the actor when left out.'),
    password: text('A new one in each case when left out; give one for a server that somebody else runs.'),
    subjects: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1 }), {
        description:
          'What identity providers that somebody else runs call them: name of the actor to the sub of its ID tokens.',
      }),
    ),
    claims: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Claims of OpenID Connect that an identity provider knows about them.',
      }),
    ),
    identityAssurance: level('How well their identity was proven, a level of NIST SP 800-63A.'),
    authenticationAssurance: level('How well it is shown that it is they, a level of NIST SP 800-63B.'),
  },
  { additionalProperties: false },
)
