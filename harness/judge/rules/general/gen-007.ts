import type { Rule } from '../../rule.ts'

/** A client signs with ES256 (guide 7.1.2). That support is missing shows in no message. */
export const rule: Rule = {
  id: 'gen-007',
  on: ['software-statement', 'client-assertion'],
  judge: ({ jwt }) => (jwt?.header.alg === 'ES256' ? 'met' : undefined),
}
