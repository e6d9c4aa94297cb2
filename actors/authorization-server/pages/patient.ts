/** Where a person says whose record it is about (SMART App Launch, launch/patient). */
import { html } from '../../html.ts'
import { cancel, choice, describedBy, form, type Question, questionPage } from './question.ts'

export interface PatientPage extends Question {
  /** `id` of the Patient resource; its name; what tells it from another one of that name. */
  patients: { id: string; label: string; detail?: string }[]
}

/** Sends step=patient and patient, the id; or decision=deny by "Cancel". */
export function patientPage(model: PatientPage): string {
  const { app, patients } = model
  const choices = patients.map(({ id, label, detail }, index) =>
    choice(`patient-${index}`, html`type="radio" name="patient" value="${id}" required`, label, detail),
  )
  const fields = html`<fieldset${describedBy(model)}>
<legend>Records that you may open</legend>
${choices}
</fieldset>
<p class="buttons"><button>Continue</button>${cancel}</p>`
  const intro = html`Choose the record that <bdi>${app.name}</bdi> is to use.`
  return questionPage(model, 'Choose a record', intro, form(model, 'patient', fields))
}
