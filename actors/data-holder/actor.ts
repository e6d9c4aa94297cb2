/** Data holder: a FHIR server and its authorization server in one, at one URL. */
import type { Actor } from '../actor.ts'
import {
  authorizationServerActions,
  authorizationServerChecks,
  authorizationServerFacts,
} from '../authorization-server/create.ts'
import { tieredChecks } from '../authorization-server/tiered/tiered.ts'
import { names } from '../authorization-server/with.ts'
import { checkNames } from '../checks.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { clinical } from '../resource-server/clinical.ts'
import { clinicalChecks } from '../resource-server/create.ts'
import { readData } from '../resource-server/data.ts'
import { createRuntime, started } from '../runtime.ts'
import { bothPaths, createBoth } from './both.ts'
import { faults } from './faults.ts'
import { Policy, policiesOf } from './policy.ts'
import { recordsIn } from './records.ts'
import { authorizationServerWith, With } from './with.ts'

export const dataHolder: Actor<typeof With> = {
  kind: 'data-holder',
  title: 'Data holder: a FHIR server and its authorization server in one',
  serves: 'https',
  basePath: '',
  endpoints: bothPaths,
  with: With,
  policy: Policy,
  links: {},
  names,
  facts: {
    ...authorizationServerFacts,
    linked: 'whom it knows of identity providers: a list of { iss, sub }',
  },
  actions: { ...authorizationServerActions, 'credential/replace': replaceCredential },
  faults,
  checks: [...authorizationServerChecks, ...clinicalChecks, ...checkNames(tieredChecks)],
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const runtime = createRuntime(dataHolder as Actor, context, host)
    const data = readData(w.data ?? [])
    const both = await createBoth(runtime, {
      with: authorizationServerWith(w),
      policies: policiesOf(context, w.tokens),
      resources: clinical(runtime, data),
      recordOf: recordsIn(data),
    })
    await both.listen()
    const linked = both.server.accounts.links.map(({ issuer, sub }) => ({ iss: issuer, sub }))
    return started(runtime, {
      facts: { ...both.facts, linked },
      actions: { ...both.actions, 'credential/replace': replacing(context.name, both.replace) },
    })
  },
}
