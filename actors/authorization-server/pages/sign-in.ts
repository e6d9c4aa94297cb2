/** Where a person shows who they are. */
import { type Html, html } from '../../html.ts'
import { type Provider, providerButtons } from './providers.ts'
import { cancel, describedBy, form, type Question, questionPage } from './question.ts'

export interface SignInPage extends Question {
  /** What was typed before, or the client's `login_hint`. */
  username?: string
  /** Identity providers that may be used instead of the password. */
  providers?: Provider[]
}

/**
 * Sends step=sign-in, username and password; or decision=deny by "Cancel". An identity provider's button sends
 * what the one of `providersPage` does.
 */
export function signInPage(model: SignInPage): string {
  const { app, username = '', providers = [] } = model
  const described = describedBy(model)
  const invalid = model.error !== undefined && html` aria-invalid="true"`
  const intro = html`Sign in to go on with <bdi>${app.name}</bdi>. Your password stays here.`
  const fields = html`<p class="field">
<label for="username">Username</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" required${invalid}${described}>
</p>
<p class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${described}>
</p>
<p class="buttons"><button>Sign in</button>${cancel}</p>`
  return questionPage(
    model,
    'Sign in',
    intro,
    html`${form(model, 'sign-in', fields)}${elsewhere(model, providers)}`,
  )
}

function elsewhere(model: SignInPage, providers: Provider[]): Html | false {
  return (
    providers.length > 0 &&
    html`<h2>Or with an account that you have elsewhere</h2>
${form(model, 'provider', providerButtons(providers))}`
  )
}
