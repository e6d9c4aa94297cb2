import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { refusal } from '../shared/accepted.ts'
import { certificationsIn, isOfProgramme, neededBy, programmeFlaw } from '../shared/community-registration.ts'
import { inCommunity } from '../shared/trust-community.ts'

/** Without what the community requires nobody is registered (guide 3.2, 7.4). */
export const rule: Rule = {
  id: 'com-008',
  on: ['registration-response'],
  judge: inCommunity((message, community, view) => {
    const sent = message.of ? certificationsIn(message.of, view) : []
    const isGood = (programme: NonNullable<typeof community.certifications>[number]) =>
      sent.some((one) => isOfProgramme(one, programme) && !programmeFlaw(one, programme, community))
    const lacking = neededBy(statementOf(message, view.history)?.body, community).find((one) => !isGood(one))
    return (
      lacking && refusal(message, `a registration without a good certification of ${lacking.uris.join(', ')}`)
    )
  }),
}
