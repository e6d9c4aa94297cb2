/** What may the client do? The person can leave out what they do not want to allow. */
import { type Check, Refusal, runChecks } from '../../checks.ts'
import type { Account } from '../accounts.ts'
import { consentPage } from '../pages/consent.ts'
import { scopeWords } from '../pages/scope-words.ts'
import type { Server } from '../server.ts'
import type { Interaction } from './interaction.ts'
import { questionOf } from './page.ts'
import { chosenRecord, recordWords } from './patient.ts'
import { denied, needsRecord } from './person-checks.ts'

/** Without these the rest makes no sense: they are not offered for a choice. */
const REQUIRED = ['openid', 'udap', 'launch', 'launch/patient', 'launch/encounter']

/** These alone give the client nothing. */
const EMPTY = ['udap', 'launch', 'launch/patient', 'launch/encounter', 'offline_access', 'online_access']

export function showConsent(server: Server, interaction: Interaction, account: Account): string {
  const { request } = interaction
  const record = needsRecord(request) ? chosenRecord(interaction) : undefined
  const whose = record !== undefined && account.fhirUser === `Patient/${record}` ? 'your' : 'this patient’s'
  return consentPage({
    ...questionOf(server, interaction),
    person: account.title,
    ...(record === undefined ? {} : { patient: recordWords(server, record).label }),
    scopes: request.scopes.map((scope) => ({
      scope,
      ...scopeWords(scope, whose),
      required: REQUIRED.includes(scope),
    })),
    role: server.role,
  })
}

export function takeConsent(interaction: Interaction, form: URLSearchParams): void {
  if (!interaction.authentication) return
  const checked = form.getAll('scope')
  const allowed = interaction.request.scopes.filter(
    (scope) => REQUIRED.includes(scope) || checked.includes(scope),
  )
  if (allowed.every((scope) => EMPTY.includes(scope))) throw denied('The person allowed nothing.')
  interaction.allowed = allowed
}

interface Consent {
  interaction: Interaction
  /** As far as they have said so, now or before. */
  allowed: string[] | undefined
}

export const consentChecks: Check<Consent>[] = [
  {
    name: 'person-consent',
    refs: ['tier-032'],
    breaks: ['tier-032'],
    run(consent) {
      if (consent.allowed) return
      // Whoever does not ask takes everything for allowed.
      consent.allowed = consent.interaction.request.scopes
      throw new Refusal('The person has not allowed anything.')
    },
  },
]

/** What they have allowed; undefined while they must be asked. */
export async function allowedBy(
  { runtime }: Server,
  interaction: Interaction,
  allowed: string[] | undefined,
): Promise<string[] | undefined> {
  const consent: Consent = { interaction, allowed }
  try {
    await runChecks(consentChecks, consent, runtime.faults)
    return consent.allowed
  } catch (error) {
    if (error instanceof Refusal) return
    throw error
  }
}
