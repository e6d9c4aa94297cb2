/** Action smart/launch: what an EHR does when a person starts an app from it (SMART App Launch, "EHR launch"). */
import { Type } from 'typebox'
import type { ActionSpec, JsonObject } from '../../actor.ts'
import { missing } from '../../input.ts'
import { subjectOf } from '../../people.ts'
import type { Act } from '../../runtime.ts'
import type { Server } from '../server.ts'

export const launchAction: ActionSpec = {
  title: 'Starts an app from the EHR: says what the launch URL of the app is to be opened with.',
  with: Type.Object(
    {
      patient: Type.Optional(Type.String({ description: 'Id of the Patient resource that is open.' })),
      encounter: Type.Optional(Type.String({ description: 'Id of the Encounter resource that is open.' })),
      user: Type.Optional(
        Type.String({ description: 'Name of the user who starts it; anybody who signs in when left out.' }),
      ),
      intent: Type.Optional(
        Type.String({ description: 'What the app shall do, such as reconcile-medications.' }),
      ),
      need_patient_banner: Type.Optional(
        Type.Boolean({ description: 'Shall the app show whose record it is? The EHR does not when true.' }),
      ),
    },
    { additionalProperties: false },
  ),
  links: {},
  answer: 'none: no request is made',
  outputs: {
    launch: 'Id of the launch',
    iss: 'Base URL of the FHIR server',
    query: 'Both, as they go into the query of the launch URL',
  },
}

export function launching(server: Server): Act {
  const { runtime, issuer, launches, resources } = server
  return async (input: JsonObject) => {
    const { patient, user, ...context } = input
    const [iss] = resources
    if (iss === undefined) throw missing('No FHIR server takes the tokens of this server.')
    const sub = user === undefined ? undefined : subjectOf(runtime.context, issuer, String(user))
    if (sub !== undefined && !server.accounts.bySubject(sub)) {
      throw missing(`The user ${user} is nobody whom ${runtime.context.name} knows.`)
    }
    const launch = launches.begin({
      patient: patient === undefined ? undefined : String(patient),
      sub,
      context: context as Record<string, string | boolean>,
    })
    const query = new URLSearchParams({ iss, launch: launch.id })
    return { outputs: { launch: launch.id, iss, query: query.toString() } }
  }
}
