import type { Rule } from '../../rule.ts'
import { ofApps } from '../shared/authorization-request.ts'
import { codeFlow } from '../shared/code-flow.ts'

/** An app with users gets its tokens through the authorization code flow. */
export const rule: Rule = {
  id: 'con-001',
  on: ['authorization-request', 'token-request'],
  judge: ofApps(codeFlow),
}
