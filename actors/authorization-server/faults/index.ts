/** How an authorization server can misbehave: each fault makes exactly one thing wrong. */
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { accessTokenFaults } from './access-token.ts'
import { registrationResponseFaults } from './registration-response.ts'
import { tokenResponseFaults } from './token-response.ts'

export const faults: Fault[] = [
  ...registrationResponseFaults,
  ...tokenResponseFaults,
  ...accessTokenFaults,
  ...transportFaults,
]
