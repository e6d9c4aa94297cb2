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
/** As tc writes it. */
export const bitRate = '^[1-9][0-9]{0,5}[kmg]bit$'

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
  'testbed/kill': {
    with: Type.Object(
      { actor: Type.String({ description: 'Whose process or container ends at once, as in a crash.' }) },
      closed,
    ),
    links: {},
    outputs: {},
  },
  'testbed/start': {
    with: Type.Object(
      {
        actor: Type.String({
          description:
            'Who runs again after testbed/kill: where it was, with its certificates and settings, and with nothing that it knew.',
        }),
      },
      closed,
    ),
    links: {},
    outputs: {},
  },
  'testbed/network': {
    with: Type.Object(
      {
        from: Type.String({
          description:
            'Whose packets this holds for from now on; what is not said is as on an undisturbed line.',
        }),
        to: Type.Optional(
          Type.String({ description: 'On their way to this actor; to every other container when left out.' }),
        ),
        delay: Type.Optional(
          Type.String({
            description: 'They arrive so much later: ISO 8601 duration such as PT0.2S, up to PT30S.',
          }),
        ),
        jitter: Type.Optional(
          Type.String({ description: 'The delay of each is up to so much longer or shorter.' }),
        ),
        loss: Type.Optional(
          Type.Number({
            exclusiveMinimum: 0,
            maximum: 100,
            description: 'So many percent of them get lost.',
          }),
        ),
        rate: Type.Optional(
          Type.String({
            pattern: bitRate,
            description: 'So many bits a second get through: 64kbit, 1mbit, 1gbit.',
          }),
        ),
        cut: Type.Optional(
          Type.Literal(true, { description: 'None gets through, in neither direction: a partition.' }),
        ),
      },
      closed,
    ),
    links: {},
    outputs: {},
  },
}
