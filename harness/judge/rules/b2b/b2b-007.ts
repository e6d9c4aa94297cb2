import type { Rule } from '../../rule.ts'
import { allOf } from '../shared/all-of.ts'
import { ofApps } from '../shared/authorization-request.ts'
import { codeOrError, stateEchoed } from '../shared/authorization-response.ts'

/** The answer of RFC 6749 4.1.2: a code, or an error, with the state of the request. */
export const rule: Rule = {
  id: 'b2b-007',
  on: ['authorization-response'],
  judge: ofApps(allOf(codeOrError, stateEchoed)),
}
