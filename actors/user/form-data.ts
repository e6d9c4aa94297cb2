/** What a form sends when a button is pressed (HTML, form submission): urlencoded, in the order of the page. */
import type { Control, Entry } from './browser.ts'
import type { FormAction } from './html.ts'

export interface Submission {
  method: 'GET' | 'POST'
  url: string
  /** Of a POST. */
  body?: string
}

export function submission(
  { method, url, elements }: FormAction,
  entries: Entry[],
  button: Control,
): Submission {
  const filled = new Map(entries.map(({ control, value }) => [control.index, value]))
  const set = entries.find(({ control, value }) => control.kind === 'radio' && value === true)?.control
  const data = new URLSearchParams()
  elements.forEach(({ name, type, values, checked, disabled }, index) => {
    if (disabled || name === '') return
    const entry = filled.get(index)
    if (type === 'submit') {
      if (index === button.index) data.append(name, values[0] ?? '')
      return
    }
    if (['image', 'button', 'reset', 'file'].includes(type)) return
    if (type === 'checkbox' || type === 'radio') {
      // Of radio buttons of one name one is set.
      const cleared = type === 'radio' && set?.name === name && set.index !== index
      if (typeof entry === 'boolean' ? entry : checked && !cleared) data.append(name, values[0] ?? '')
      return
    }
    for (const value of typeof entry === 'string' ? [entry] : values)
      data.append(name, value.replace(/\r?\n/g, '\r\n'))
  })
  const pressed = elements[button.index]
  const to = pressed?.url ?? url
  if ((pressed?.method ?? method) === 'POST') return { method: 'POST', url: to, body: data.toString() }
  const target = new URL(to)
  target.search = data.toString()
  return { method: 'GET', url: target.href }
}
