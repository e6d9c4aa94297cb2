import type { Rule } from '../../rule.ts'
import { redirectUriRegistered } from '../shared/authorization-request.ts'

/** redirect_uri is one that is registered, to the letter; with several of them it is there. */
export const rule: Rule = {
  id: 'gen-021',
  on: ['authorization-request'],
  judge: redirectUriRegistered,
}
