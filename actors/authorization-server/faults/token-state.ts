/** What is said of a token after it was issued: introspection (RFC 7662), revocation (RFC 7009). */
import { spoilt } from '../../spoil.ts'

export const tokenStateFaults = [
  spoilt('introspection-response', {
    mutation: 'no-active',
    title: 'active is missing.',
    breaks: ['b2b-x17'],
    set: { active: undefined },
  }),
  spoilt('introspection-response', {
    mutation: 'always-active',
    title: 'Every token is active.',
    breaks: ['b2b-x18'],
    set: { active: true },
  }),
  spoilt('revocation-response', {
    mutation: 'no-content',
    title: 'The status is 204 instead of 200.',
    breaks: ['b2b-x19'],
    set: { status: 204 },
  }),
]
