/** What a person sees when the server cannot go on and must not send them to the app. */
import { html, page } from '../../html.ts'

export interface ErrorPage {
  site: string
  /** What went wrong, in a few words. */
  title: string
  message: string
  /** What to do about it. */
  hint?: string
}

export function errorPage({ site, title, message, hint }: ErrorPage): string {
  const main = html`<div class="problem" role="alert">
<p dir="auto"><strong>${title}</strong></p>
<p dir="auto">${message}</p>
</div>
${hint !== undefined && html`<p dir="auto">${hint}</p>`}`
  return page({ site, heading: 'Something went wrong', main })
}
