/** How sure the server is of a person: acr and amr as UDAP Tiered OAuth 4.3 has them, by levels of NIST SP 800-63. */
import type { Account } from '../accounts.ts'

export const ACR_VALUES = ['http://udap.org/ial1', 'http://udap.org/ial2', 'http://udap.org/ial3']

export function assuranceOf({ assurance }: Pick<Account, 'assurance'>): { acr: string; amr: string[] } {
  return {
    acr: `http://udap.org/ial${assurance.identity}`,
    amr: [`http://udap.org/aal${assurance.authentication}`],
  }
}
