import type { Rule } from '../../rule.ts'
import { endedWith } from '../shared/ended-with.ts'

/** With a state that is missing or wrong, the client hears server_error (guide 6.2). */
export const rule: Rule = {
  id: 'tier-020',
  on: ['authorization-response'],
  judges: 'reader',
  judge: endedWith(
    'server_error',
    'after a state that was not sent',
    ({ body, of }) => body?.state === undefined || body.state !== of?.body?.state,
  ),
}
