import type { Rule } from '../../rule.ts'
import { ofApps } from '../shared/authorization-request.ts'
import { clientTiers } from '../shared/tiered-use.ts'

/** Clients may use Tiered OAuth. */
export const rule: Rule = {
  id: 'con-004',
  on: ['authorization-request'],
  judge: ofApps(clientTiers),
}
