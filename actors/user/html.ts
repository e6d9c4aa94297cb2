/** Reads an HTML page as a browser without a screen does: what is on it, and what its forms send. */
import { type CheerioAPI, load } from 'cheerio'
import type { Control, Form, Page } from './browser.ts'

/** A page with what only the browser needs of its forms. */
export interface HtmlPage extends Page {
  actions: FormAction[]
}

export interface FormAction {
  method: 'GET' | 'POST'
  url: string
  /** Everything that is sent unless the person changes it, in the order of the page (HTML, "constructing the entry list"). */
  elements: FormElement[]
}

interface FormElement {
  name: string
  type: string
  /** Of a select every chosen option. */
  values: string[]
  checked: boolean
  disabled: boolean
  /** Of a button: where it sends the form instead. */
  url?: string | undefined
  method?: 'GET' | 'POST' | undefined
}

type Selection = ReturnType<CheerioAPI>
type Node = Selection[number]
type Child = Extract<Node, { children: unknown }>['children'][number] | Node

/** No page that asks a person something has more; the parser's time grows with its square. */
const MAX_TAGS = 5_000

interface Reading {
  $: CheerioAPI
  url: string
  base: string
  /** Buttons and fields with the form around each, or the one that it names. */
  elements: { element: Selection; form: Node | undefined }[]
  byId: Map<string, Selection>
  /** Text of the label by the id that it is for. */
  labels: Map<string, string>
  textOf(node: Node | undefined): string
}

/** Undefined when it is too large to be read. */
export function readHtml(text: string, url: string): HtmlPage | undefined {
  if ((text.match(/<[a-z]/gi)?.length ?? 0) > MAX_TAGS) return undefined
  const $ = load(text)
  const all = (selector: string) =>
    $(selector)
      .toArray()
      .map((one) => $(one))
  const texts = (selector: string) =>
    all(selector)
      .map((one) => words(textIn(one[0])))
      .filter((one) => one !== '')
  // The first of an id is the one that counts.
  const byId = new Map(
    all('[id]')
      .map((one) => [one.attr('id') ?? '', one] as const)
      .reverse(),
  )
  const known = new Map<Node, string>()
  const reading: Reading = {
    textOf: (node) => {
      if (!node) return ''
      const text = known.get(node) ?? words(textIn(node))
      known.set(node, text)
      return text
    },
    $,
    url,
    base: resolved($('base[href]').attr('href') ?? '', url) ?? url,
    elements: all('button, input, select, textarea').map((element) => {
      const named = element.attr('form')
      return { element, form: named === undefined ? around(element, 'form') : byId.get(named)?.[0] }
    }),
    byId,
    labels: new Map(all('label[for]').map((label) => [label.attr('for') ?? '', words(textIn(label[0]))])),
  }
  const forms = all('form').map((form) => readForm(reading, form))
  return {
    url,
    title: words(textIn($('title')[0])),
    headings: texts('h1, h2'),
    alerts: texts('[role=alert]'),
    forms: forms.map(({ controls }, index): Form => ({ index, controls })),
    actions: forms.map(({ action }) => action),
  }
}

function readForm(reading: Reading, form: Selection) {
  const { $, base, url } = reading
  const elements = reading.elements.filter((one) => one.form === form[0]).map(({ element }) => element)
  const action: FormAction = {
    method: methodOf(form.attr('method')) ?? 'GET',
    url: resolved(form.attr('action') ?? '', base) ?? url,
    elements: elements.map((one) => readElement($, one, base)),
  }
  const controls = elements.flatMap((one, index): Control[] => {
    const { name, type, values, checked, disabled } = action.elements[index]!
    const kind = kindOf(type)
    if (!kind || around(one, undefined, 'hidden')) return []
    const label = labelOf(reading, one, kind)
    return [{ index, kind, name, value: values[0] ?? '', label, checked, disabled }]
  })
  return { action, controls }
}

function readElement($: CheerioAPI, one: Selection, base: string): FormElement {
  const tag = one.prop('tagName')?.toLowerCase()
  const type =
    tag === 'input'
      ? (one.attr('type') ?? 'text').toLowerCase()
      : tag === 'button'
        ? buttonType(one)
        : (tag ?? '')
  const action = one.attr('formaction')
  return {
    name: one.attr('name') ?? '',
    type,
    values: valuesOf($, one, type),
    checked: one.attr('checked') !== undefined,
    // A fieldset switches off what is in it.
    disabled: one.attr('disabled') !== undefined || around(one, 'fieldset', 'disabled') !== undefined,
    url: action === undefined ? undefined : resolved(action, base),
    method: methodOf(one.attr('formmethod')),
  }
}

const buttonType = (one: Selection) => {
  const type = (one.attr('type') ?? 'submit').toLowerCase()
  return type === 'button' || type === 'reset' ? type : 'submit'
}

function valuesOf($: CheerioAPI, one: Selection, type: string): string[] {
  if (type === 'textarea') return [textIn(one[0])]
  if (type !== 'select') return [one.attr('value') ?? (type === 'checkbox' || type === 'radio' ? 'on' : '')]
  const options = one
    .find('option')
    .toArray()
    .map((option) => $(option))
  const chosen = options.filter((option) => option.is('[selected]'))
  const shown = chosen.length > 0 || one.is('[multiple]') ? chosen : options.slice(0, 1)
  return shown.map((option) => option.attr('value') ?? words(textIn(option[0])))
}

/** What a person can do something with; undefined for what they cannot. */
function kindOf(type: string): Control['kind'] | undefined {
  if (type === 'submit' || type === 'image') return 'button'
  if (type === 'password' || type === 'checkbox' || type === 'radio') return type
  return ['hidden', 'button', 'reset', 'file', 'select'].includes(type) ? undefined : 'text'
}

/** Not by recursion, as cheerio's own: elements may lie in each other until the stack is full. */
function textIn(root: Node | undefined): string {
  const parts: string[] = []
  const rest: Child[] = root ? [root] : []
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.type === 'text') parts.push(node.data)
    else if ('children' in node) rest.push(...node.children.toReversed())
  }
  return parts.join('')
}

/** The nearest element that holds it, of this name and with this attribute; or it itself. */
function around(one: Selection, name?: string, attribute?: string): Node | undefined {
  for (let at = one[0]; at; at = at.parent as Node) {
    if ('attribs' in at && (name ?? at.name) === at.name && (!attribute || attribute in at.attribs)) return at
  }
  return undefined
}

/** The name that a screen reader says (HTML, labels; WAI-ARIA, aria-label and aria-labelledby). */
function labelOf({ byId, labels, textOf }: Reading, one: Selection, kind: Control['kind']): string {
  const ids = (one.attr('aria-labelledby') ?? '').split(/\s+/, 5)
  const own = kind === 'button' ? textIn(one[0]) || one.attr('value') || one.attr('alt') || 'Submit' : ''
  const found = [
    ids.map((id) => textOf(byId.get(id)?.[0])).join(' '),
    one.attr('aria-label'),
    labels.get(one.attr('id') ?? ''),
    textOf(around(one, 'label')),
    own,
    one.attr('placeholder'),
  ]
  return found.map((text) => words(text ?? '')).find((text) => text !== '') ?? ''
}

const methodOf = (method: string | undefined) =>
  method === undefined ? undefined : method.toLowerCase() === 'post' ? ('POST' as const) : ('GET' as const)

/** Undefined when it is no URL at all. An empty one is the page itself. */
const resolved = (relative: string, base: string) => URL.parse(relative, base)?.href

const words = (text: string) => text.replace(/\s+/g, ' ').trim()
