import type { Rule } from '../../rule.ts'
import { isOfProgramme, programmeFlaw } from '../shared/community-registration.ts'
import { inCommunity } from '../shared/trust-community.ts'

/** A certification as its programme has it (guide 7.4). */
export const rule: Rule = {
  id: 'com-007',
  on: ['certification'],
  judge: inCommunity((message, community) => {
    const programme = community.certifications?.find((one) => isOfProgramme(message, one))
    return programme && (programmeFlaw(message, programme, community) ?? 'met')
  }),
}
