/** Whose record is it about (SMART App Launch, launch/patient)? */
import { type Check, Refusal, runChecks } from '../../checks.ts'
import type { Account } from '../accounts.ts'
import { patientPage } from '../pages/patient.ts'
import type { PatientRecord, Server } from '../server.ts'
import type { Interaction } from './interaction.ts'
import { questionOf } from './page.ts'
import { needsRecord } from './person-checks.ts'

/** Is there something to choose? What goes without saying is chosen at once. */
export function mustChoose({ request, patient }: Interaction, { patients }: Account): boolean {
  const decided = patient !== undefined || request.launch?.patient !== undefined
  return needsRecord(request) && !decided && patients.length > 1
}

/** The one that the token is about, if any. */
export function chosenRecord({ request, patient, authentication }: Interaction): string | undefined {
  return request.launch?.patient ?? patient ?? authentication?.account.patients[0]
}

/** As far as something is known of it here. */
export const recordWords = ({ recordOf: known }: Server, patient: string): PatientRecord =>
  known(patient) ?? { label: `Patient/${patient}` }

export function showPatients(server: Server, interaction: Interaction, { patients }: Account): string {
  const choices = patients.map((id) => ({ id, ...recordWords(server, id) }))
  return patientPage({ ...questionOf(server, interaction), patients: choices })
}

interface Choice {
  account: Account
  patient: string
}

export const patientChecks: Check<Choice>[] = [
  {
    name: 'patient-choice',
    refs: [],
    run({ account, patient }) {
      if (!account.patients.includes(patient)) throw new Refusal('Choose one of the records.')
    },
  },
]

export async function takePatient(
  { runtime }: Server,
  interaction: Interaction,
  form: URLSearchParams,
): Promise<void> {
  const account = interaction.authentication?.account
  const patient = form.get('patient') ?? ''
  if (!account) return
  try {
    await runChecks(patientChecks, { account, patient }, runtime.faults)
    interaction.patient = patient
    interaction.allowed = undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    interaction.error = error.message
  }
}
