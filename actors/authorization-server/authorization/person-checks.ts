/** May this person give what is asked for? It is they whom a refusal protects: the client hears access_denied. */
import { type Check, Refusal } from '../../checks.ts'
import type { Account } from '../accounts.ts'
import type { Server } from '../server.ts'
import type { AuthorizationRequest } from './request.ts'

interface PersonAsked {
  server: Server
  request: AuthorizationRequest
  account: Account
}

export const personChecks: Check<PersonAsked>[] = [
  {
    // OpenID Connect Core 3.1.2.1: when somebody else signs in, that is an error.
    name: 'person-meant',
    refs: [],
    run({ request: { sub }, account }) {
      if (sub !== undefined && sub !== account.sub) {
        throw new Refusal('Another person signed in than the one whom id_token_hint means.', {
          status: 303,
          error: 'login_required',
        })
      }
    },
  },
  {
    name: 'launch-person',
    refs: [],
    run({ request: { launch }, account }) {
      if (launch?.sub !== undefined && launch.sub !== account.sub) {
        throw denied('The app was started from the health record system by another person.')
      }
    },
  },
  {
    name: 'launch-patient',
    refs: [],
    run({ request: { launch }, account }) {
      const patient = launch?.patient
      if (patient !== undefined && !account.patients.includes(patient) && !isStaff(account)) {
        throw denied('This person may not open the record that the app was started with.')
      }
    },
  },
  {
    name: 'person-record',
    refs: [],
    run({ request, account }) {
      if (needsRecord(request) && request.launch?.patient === undefined && account.patients.length === 0) {
        throw denied('This person has no record here.')
      }
    },
  },
]

/** Does the token get one patient (SMART App Launch, "Scopes and Launch Context")? */
export function needsRecord({ scopes }: Pick<AuthorizationRequest, 'scopes'>): boolean {
  return scopes.some((scope) => scope === 'launch/patient' || scope.startsWith('patient/'))
}

/** Staff open the records of their patients. */
const isStaff = ({ fhirUser = '' }: Account) => /^(Practitioner|PractitionerRole)\//.test(fhirUser)

export function denied(message: string): Refusal {
  return new Refusal(message, { status: 303, error: 'access_denied' })
}
