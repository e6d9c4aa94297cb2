/** Reads the page that Chromium shows. It runs in there, so it uses nothing from outside itself. */
import type { Control, Page } from './browser.ts'

export function readDom(): Page {
  const words = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim()
  const texts = (selector: string) =>
    [...document.querySelectorAll(selector)].map((one) => words(one.textContent)).filter((one) => one !== '')

  function kindOf(one: Element): Control['kind'] | undefined {
    if (one instanceof HTMLButtonElement) return one.type === 'submit' ? 'button' : undefined
    if (one instanceof HTMLTextAreaElement) return 'text'
    if (!(one instanceof HTMLInputElement)) return undefined
    const { type } = one
    if (type === 'submit') return 'button'
    if (type === 'password' || type === 'checkbox' || type === 'radio') return type
    return ['hidden', 'button', 'reset', 'file', 'image'].includes(type) ? undefined : 'text'
  }

  function labelOf(one: Element, kind: Control['kind']): string {
    const ids = (one.getAttribute('aria-labelledby') ?? '').split(/\s+/)
    const named = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
    const labels =
      one instanceof HTMLInputElement ? [...(one.labels ?? [])].map((label) => label.textContent) : []
    const value = one instanceof HTMLInputElement ? one.value : ''
    const own = kind === 'button' ? words(one.textContent) || value || 'Submit' : ''
    const found = [
      named,
      one.getAttribute('aria-label'),
      labels.join(' '),
      own,
      one.getAttribute('placeholder'),
    ]
    return words(found.find((text) => words(text) !== ''))
  }

  const forms = [...document.forms].map((form, index) => ({
    index,
    controls: [...form.elements].flatMap((one, at): Control[] => {
      const kind = kindOf(one)
      if (!kind || !one.checkVisibility()) return []
      const { name, value, disabled } = one as HTMLInputElement
      const checked = one instanceof HTMLInputElement && one.checked
      const isDisabled = disabled || one.matches(':disabled')
      return [{ index: at, kind, name, value, label: labelOf(one, kind), checked, disabled: isDisabled }]
    }),
  }))
  return {
    url: document.URL,
    title: words(document.title),
    headings: texts('h1, h2'),
    alerts: texts('[role=alert]'),
    forms,
  }
}
