/** How an authorization server can misbehave: each fault makes exactly one thing wrong. */
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { accessTokenFaults } from './access-token.ts'
import { authorizationResponseFaults } from './authorization-response.ts'
import { idTokenFaults } from './id-token.ts'
import { openidConfigurationFaults } from './openid-configuration.ts'
import { registrationResponseFaults } from './registration-response.ts'
import { tokenResponseFaults } from './token-response.ts'
import { tokenStateFaults } from './token-state.ts'
import { userinfoResponseFaults } from './userinfo-response.ts'

export const faults: Fault[] = [
  ...registrationResponseFaults,
  ...authorizationResponseFaults,
  ...tokenResponseFaults,
  ...tokenStateFaults,
  ...accessTokenFaults,
  ...idTokenFaults,
  ...userinfoResponseFaults,
  ...openidConfigurationFaults,
  ...transportFaults,
]
