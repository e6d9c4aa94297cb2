/** Actions of the testbed itself, which no actor does; the run carries them out. */
import { Type } from 'typebox'
import type { ActionEntry } from './catalogue.ts'

const closed = { additionalProperties: false }
/** CRLReason of RFC 5280 5.3.1; `removeFromCRL` undoes a hold and revokes nothing. */
const reasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
]

export const testbedSteps: Record<string, ActionEntry> = {
  'testbed/revoke': {
    with: Type.Object(
      {
        actor: Type.String({ description: 'Whose certificates are revoked.' }),
        serial: Type.Optional(
          Type.String({ description: 'Serial number of one of them; all when left out.' }),
        ),
        reason: Type.Optional(Type.Enum(reasons)),
      },
      closed,
    ),
    links: {},
    outputs: { serial: 'Serial number, hexadecimal.', at: 'Time of the revocation.' },
  },
  'testbed/renew': {
    with: Type.Object(
      {
        actor: Type.String({ description: 'Who gets a new certificate with the same names.' }),
        from: Type.Optional(
          Type.String({
            description: 'The certificate authority whose certificate is renewed; all when left out.',
          }),
        ),
        key: Type.Optional(Type.Enum(['new', 'same'], { description: 'Its key; new when left out.' })),
        profile: Type.Optional(Type.String({ description: 'Certificate profile; as before when left out.' })),
      },
      closed,
    ),
    links: {},
    outputs: {
      serial: 'Serial number of the new one, hexadecimal.',
      replaced: 'Serial number of the one before, hexadecimal.',
    },
  },
  'testbed/advance-clock': {
    with: Type.Object({ by: Type.String({ description: 'ISO 8601 duration such as PT10M.' }) }, closed),
    links: {},
    outputs: { now: 'Scenario time after it.' },
  },
}
