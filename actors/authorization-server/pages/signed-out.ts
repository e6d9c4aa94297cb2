/** What a person sees after they have signed out. */
import { html, page } from '../../html.ts'

export interface SignedOutPage {
  site: string
}

export function signedOutPage({ site }: SignedOutPage): string {
  const main = html`<p>You have signed out of <bdi>${site}</bdi>.</p>
<p>You may still be signed in to the apps that you came from: sign out there, too, and close the browser if others use this device.</p>`
  return page({ site, heading: 'You are signed out', main })
}
