/** Where a person shows who they are. */
import { html } from '../../html.ts'
import { cancel, describedBy, form, type Question, questionPage } from './question.ts'

export interface SignInPage extends Question {
  /** What was typed before, or the client's `login_hint`. */
  username?: string
}

/** Sends step=sign-in, username and password; or decision=deny by "Cancel". */
export function signInPage(model: SignInPage): string {
  const { app, username = '' } = model
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
  return questionPage(model, 'Sign in', intro, form(model, 'sign-in', fields))
}
