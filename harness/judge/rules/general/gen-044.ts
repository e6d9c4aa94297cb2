import type { Rule } from '../../rule.ts'

/** Somebody made a certification, and the client brings it along (guide 7.4). */
export const rule: Rule = {
  id: 'gen-044',
  on: ['certification'],
  judge: ({ body }) => (body ? 'met' : undefined),
}
