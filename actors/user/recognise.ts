/** What page is it? Told by what it asks for, so that it works on other people's pages, too. */
import type { Control, Form, Page } from './browser.ts'

export type PageKind = 'sign-in' | 'patient' | 'consent' | 'providers' | 'continue' | 'error' | 'other'

/** A control with the form that it belongs to. */
export interface Found {
  form: Form
  control: Control
}

const words = {
  username: /user|e-?mail|login|account|identifier/i,
  deny: /\b(deny|don.?t allow|decline|disallow|reject|refuse|cancel|no)\b/i,
  allow: /\b(allow|accept|agree|approve|authori[sz]e|grant|permit|yes)\b/i,
  go: /\b(continue|next|proceed|submit|ok|confirm|(sign|log) ?(in|on))\b/i,
  provider: /idp|provider|connection/i,
}

export function kindOf(page: Page): PageKind {
  if (signInForm(page)) return 'sign-in'
  if (patients(page).length > 0) return 'patient'
  if (scopes(page).length > 0 || (button(page, 'allow') && button(page, 'deny'))) return 'consent'
  if (providers(page).length > 0) return 'providers'
  if (page.alerts.length > 0) return 'error'
  return button(page, 'allow') || button(page, 'go') ? 'continue' : 'other'
}

/** Where the password is asked for, or the username on a page before it. */
export function signInForm({
  forms,
}: Page): { form: Form; username?: Control; password?: Control } | undefined {
  const asksPassword = ({ controls }: Form) => Number(controls.some(({ kind }) => kind === 'password'))
  for (const form of forms.toSorted((a, b) => asksPassword(b) - asksPassword(a))) {
    const usable = form.controls.filter(({ disabled }) => !disabled)
    const password = usable.find(({ kind }) => kind === 'password')
    const texts = usable.filter(({ kind }) => kind === 'text')
    const username =
      texts.find(({ label, name }) => words.username.test(`${label} ${name}`)) ?? (password && texts[0])
    if (username || password) return { form, ...(username && { username }), ...(password && { password }) }
  }
  return undefined
}

/** The records to choose from. */
export const patients = (page: Page) =>
  all(page, ({ kind, name }) => kind === 'radio' && /patient/i.test(name))

/** The checkboxes of scopes, those included that are always part of it. */
export const scopes = (page: Page) =>
  all(page, ({ kind, name }) => kind === 'checkbox' && /scope/i.test(name))

/** The buttons of identity providers. */
export const providers = (page: Page) =>
  all(
    page,
    ({ kind, name, label }) => kind === 'button' && words.provider.test(name) && !words.deny.test(label),
  )

/** @param form where to look first */
export function button(page: Page, which: 'allow' | 'deny' | 'go', form?: Form): Found | undefined {
  const pages = form ? [{ ...page, forms: [form] }, page] : [page]
  for (const one of pages) {
    const buttons = all(one, ({ kind, disabled }) => kind === 'button' && !disabled)
    const said = buttons.filter(({ control }) => meaning(control) === which)
    const first = buttons.find(({ control }) => meaning(control) !== 'deny')
    // Enter presses the first button, whatever it says.
    const found = said[0] ?? (form && which !== 'deny' ? first : undefined)
    if (found) return found
  }
  return undefined
}

function meaning({ label, value }: Control): 'allow' | 'deny' | 'go' | undefined {
  for (const text of [label, value]) {
    // "Don't allow" is no "Allow".
    for (const which of ['deny', 'allow', 'go'] as const) if (words[which].test(text)) return which
  }
  return undefined
}

function all({ forms }: Page, fits: (control: Control) => boolean): Found[] {
  return forms.flatMap((form) => form.controls.filter(fits).map((control) => ({ form, control })))
}
