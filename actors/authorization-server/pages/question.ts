/** What all pages have in common that ask a person something on behalf of an app. */
import { type Html, html, httpsUrl, page } from '../../html.ts'

export interface App {
  name: string
  /** The URI that its certificate names: unlike the name, nobody can just say it. */
  uri?: string
  /** URL of its logo. */
  logo?: string
  /** Where the person is sent in the end. */
  redirectUri: string
}

export interface Question {
  /** Whose page it is. */
  site: string
  /** URL that the form is sent to. */
  action: string
  /** Comes back with every form. */
  csrf: string
  app: App
  /** Why the person is asked again. */
  error?: string
}

/** @param intro a sentence about the app, whose name and logo stand above it */
export function questionPage(question: Question, heading: string, intro: Html, forms: Html): string {
  const { site, app, error } = question
  const main = html`${badge(app)}
<p>${intro}</p>
${error && html`<p class="problem" id="error" role="alert" dir="auto">${error}</p>`}
${forms}
<p class="aside">Afterwards you are sent back to <bdi>${hostOf(app.redirectUri)}</bdi>.</p>`
  return page({ site, heading, error: error !== undefined, main })
}

/** `aria-describedby` of what the error is about. */
export const describedBy = ({ error }: Question) => error !== undefined && html` aria-describedby="error"`

/** @param step which form it is */
export function form({ action, csrf }: Question, step: string, content: Html): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="step" value="${step}">
${content}
</form>`
}

/** Never the first button of a form: that is the one that Enter presses. */
export const cancel = html`<button class="quiet" name="decision" value="deny" formnovalidate>Cancel</button>`

/** A radio button or a checkbox with its label, and what more is to say of it. */
export function choice(id: string, attributes: Html, label: string, detail: string | undefined): Html {
  return html`<div class="choice">
<input id="${id}" ${attributes}${detail && html` aria-describedby="${id}-detail"`}>
<label for="${id}"><bdi>${label}</bdi></label>
${detail && html`<p id="${id}-detail"><bdi>${detail}</bdi></p>`}
</div>`
}

function badge({ name, uri, logo }: App): Html {
  const image = httpsUrl(logo)
  return html`<div class="app">
${image ? html`<img src="${image}" alt="" width="56" height="56">` : html`<span class="logo" aria-hidden="true">${initial(name)}</span>`}
<p><strong><bdi>${name}</bdi></strong>${uri && html`<span><bdi>${uri}</bdi></span>`}</p>
</div>`
}

const initial = (name: string) => [...name.trim()][0]?.toUpperCase() ?? ''

/** An app on a telephone may have a scheme of its own instead of a host. */
const hostOf = (uri: string) => URL.parse(uri)?.host || uri
