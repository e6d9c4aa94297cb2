/** Where a person says that it is they who want to sign out. */
import { html, page } from '../../html.ts'

export interface SignOutPage {
  site: string
  /** Who is signed in. */
  person: string
  /** URL that the form is sent to. */
  action: string
  csrf: string
  /** Of the request, to come back with the form. */
  parameters: Iterable<[string, string]>
}

/** Sends csrf, and the parameters of the request again. */
export function signOutPage({ site, person, action, csrf, parameters }: SignOutPage): string {
  const kept = [...parameters].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
  )
  const main = html`<p>You are signed in to <bdi>${site}</bdi> as <bdi>${person}</bdi>. To stay signed in, close this page.</p>
<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${csrf}">
${kept}<p class="buttons"><button>Sign out</button></p>
</form>`
  return page({ site, heading: 'Do you want to sign out?', main })
}
