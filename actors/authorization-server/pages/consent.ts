/** Where a person says what an app may do. */
import { type Html, html } from '../../html.ts'
import type { Role } from '../server.ts'
import { choice, describedBy, form, type Question, questionPage } from './question.ts'

export interface OfferedScope {
  /** The scope token. */
  scope: string
  /** It in words; see `scopeWords`. */
  label: string
  detail?: string
  /** It goes with the rest and cannot be left out. */
  required: boolean
}

export interface ConsentPage extends Question {
  /** Who is signed in. */
  person: string
  /** Whose record it is about. */
  patient?: string
  scopes: OfferedScope[]
  role: Role
}

/** Sends step=consent, scope (one for each that is allowed) and decision, which is allow or deny. */
export function consentPage(model: ConsentPage): string {
  const { app, person, patient, scopes, role, site } = model
  const subject = html`<bdi>${app.name}</bdi>`
  const intro =
    role === 'identity-provider'
      ? html`${subject} asks <bdi>${site}</bdi> who you are.`
      : html`${subject} asks for access to health data at <bdi>${site}</bdi>.`
  const fields = html`<dl>
<div><dt>Signed in as</dt><dd dir="auto">${person}</dd></div>
${patient !== undefined && html`<div><dt>Record</dt><dd dir="auto">${patient}</dd></div>`}
</dl>
<fieldset${describedBy(model)}>
<legend>What you allow</legend>
${scopes.some(({ required }) => !required) && html`<p>Clear what you do not want to allow.</p>`}
${scopes.map(offered)}
</fieldset>
<p class="buttons"><button name="decision" value="allow">Allow</button><button class="quiet" name="decision" value="deny">Deny</button></p>`
  return questionPage(model, 'Allow access?', intro, form(model, 'consent', fields))
}

/** A browser does not send a disabled checkbox: the hidden field speaks for it. */
function offered({ scope, label, detail, required }: OfferedScope, index: number): Html {
  const attributes = html`type="checkbox" name="scope" value="${scope}" checked${required && html` disabled`}`
  const more = [detail, required ? 'Always part of it.' : undefined].filter((text) => text !== undefined)
  return html`${choice(`scope-${index}`, attributes, label, more.join(' ') || undefined)}
${required && html`<input type="hidden" name="scope" value="${scope}">`}`
}
