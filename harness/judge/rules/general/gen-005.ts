import type { Rule } from '../../rule.ts'

/** A client signs with RS256 (guide 7.1.2). That support is missing shows in no message. */
export const rule: Rule = {
  id: 'gen-005',
  on: ['software-statement', 'client-assertion'],
  judge: ({ jwt }) => (jwt?.header.alg === 'RS256' ? 'met' : undefined),
}
