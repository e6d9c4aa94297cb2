import type { Rule } from '../../rule.ts'
import { ofApps } from '../shared/authorization-request.ts'
import { serverTiers } from '../shared/tiered-use.ts'

/** Servers may support Tiered OAuth. */
export const rule: Rule = {
  id: 'con-005',
  on: ['authorization-request'],
  judges: 'reader',
  judge: ofApps(serverTiers),
}
