/** Where a person says who shall vouch for them. */
import { type Html, html } from '../../html.ts'
import { cancel, form, type Question, questionPage } from './question.ts'

/** An identity provider. */
export interface Provider {
  issuer: string
  label: string
}

export interface ProvidersPage extends Question {
  providers: Provider[]
  /** Can they sign in with a password of this server? */
  local: boolean
}

/** Sends step=provider and idp, the issuer, empty by "Sign in here"; or decision=deny by "Cancel". */
export function providersPage(model: ProvidersPage): string {
  const { app, providers, local } = model
  const intro = html`Choose the account with which you go on with <bdi>${app.name}</bdi>.`
  const here = local && html`<p class="buttons"><button name="idp" value="">Sign in here</button></p>`
  const content = html`${providerButtons(providers)}
${here}
<p class="buttons">${cancel}</p>`
  return questionPage(model, 'Choose how to sign in', intro, form(model, 'provider', content))
}

function providerButtons(providers: Provider[]): Html {
  const buttons = providers.map(
    ({ issuer, label }) =>
      html`<button class="provider" name="idp" value="${issuer}" dir="auto">${label}</button>`,
  )
  return html`<p class="buttons stacked">${buttons}</p>`
}
