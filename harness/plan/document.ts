/** A YAML file with the place of everything in it. */
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
  type Document as YamlDocument,
} from 'yaml'
import type { Json } from '../../wire/json.ts'
import type { At } from './plan.ts'
import type { Problem } from './problem.ts'

const maxBytes = 1024 * 1024
/** How much bigger aliases may make a file: a few are handy, a bomb is not. */
const maxAliases = 100

export type Keys = (string | number)[]

export interface Document {
  file: string
  value: Json
  /** Where the value at `keys` begins, or its key; the nearest ancestor that exists when it does not. */
  at(keys: Keys, what?: 'key' | 'value'): At
  problem(keys: Keys, message: string, hint?: string, what?: 'key' | 'value'): Problem
  source(line: number): string
}

const ofScenario = 'A scenario begins with scenario: 1 and a name; actors take part, steps say what they do.'

/**
 * Reads a file; the first thing that is wrong with its YAML ends it, as the rest follows from it.
 *
 * @param begins what to say of one that is empty
 */
export function readDocument(
  file: string,
  text: string,
  begins = ofScenario,
): Document | { problem: Problem } {
  if (Buffer.byteLength(text) > maxBytes) {
    return { problem: { file, line: 1, column: 1, message: 'the file is larger than 1 MiB' } }
  }
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const rows = text.split(/\r?\n/)
  const source = (line: number) => rows[line - 1] ?? ''
  const place = (offset: number): At => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { file, line, column: col }
  }
  const problemAt = (offset: number, message: string, hint?: string): Problem => {
    const at = place(offset)
    return { ...at, message, ...(hint && { hint }), source: source(at.line) }
  }

  const unreadable = text.indexOf('\uFFFD')
  if (unreadable >= 0) {
    return { problem: problemAt(unreadable, 'this is not UTF-8', 'save the file as UTF-8') }
  }
  const [broken] = [...doc.errors, ...doc.warnings]
  if (broken) return { problem: inWords(broken, doc, text, problemAt) }
  if (doc.contents === null) {
    return { problem: { ...place(0), message: 'the file is empty', hint: begins } }
  }

  const orphan = unresolvedAlias(doc)
  if (orphan !== undefined) {
    const hint = 'to begin a text with *, put it into quotes'
    return { problem: problemAt(orphan, 'this alias (*name) has no anchor (&name) above it', hint) }
  }
  let value: Json
  try {
    value = doc.toJS({ maxAliasCount: maxAliases })
  } catch {
    return {
      problem: problemAt(
        0,
        `aliases (*name) repeat more than ${maxAliases} values`,
        'write out what they stand for',
      ),
    }
  }

  const at = (keys: Keys, what: 'key' | 'value' = 'value') => place(offsetOf(doc, keys, what))
  return {
    file,
    value,
    at,
    problem(keys, message, hint, what) {
      const found = at(keys, what)
      return { ...found, message, ...(hint && { hint }), source: source(found.line) }
    },
    source,
  }
}

function offsetOf(doc: YamlDocument, keys: Keys, what: 'key' | 'value'): number {
  let here: Node | null = doc.contents as Node | null
  let offset = here?.range?.[0] ?? 0
  for (const [i, key] of keys.entries()) {
    if (isAlias(here)) here = here.resolve(doc) ?? null
    if (isMap(here)) {
      const pair = here.items.find(({ key: k }) => isScalar(k) && String(k.value) === String(key))
      if (!pair) break
      const keyNode = pair.key as Node
      const next = pair.value as Node | null
      const wantsKey = what === 'key' && i === keys.length - 1
      // An empty value has no place of its own: its key has.
      const shown = wantsKey || !next?.range || (isScalar(next) && next.source === '') ? keyNode : next
      offset = shown.range?.[0] ?? offset
      here = next
    } else if (isSeq(here)) {
      const next = here.items[Number(key)] as Node | undefined
      if (!next) break
      offset = next.range?.[0] ?? offset
      here = next
    } else break
  }
  return offset
}

type ProblemAt = (offset: number, message: string, hint?: string) => Problem

function inWords(error: YAMLError, doc: YamlDocument, text: string, problemAt: ProblemAt): Problem {
  const offset = error.pos[0]
  const around = text.slice(Math.max(0, offset - 2), offset + 3)
  if (around.includes('${{')) {
    return problemAt(
      text.indexOf('${{', offset - 2),
      'between [ ] or { } a ${{ }} must stand in quotes',
      "write '${{ … }}'",
    )
  }
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const key = /^[^\s:,{}[\]]+/.exec(text.slice(offset))?.[0] ?? 'a key'
      return problemAt(offset, `${key} is there twice`, 'keep one of them')
    }
    case 'NON_STRING_KEY':
      return problemAt(offset, 'a key must be plain text', 'write name: value')
    case 'TAB_AS_INDENT':
      return problemAt(offset, 'a tab stands where YAML wants spaces', 'indent with spaces')
    case 'MULTIPLE_DOCS':
      return problemAt(
        offset,
        'a second document begins here (---)',
        'put each scenario into a file of its own',
      )
    case 'TAG_RESOLVE_FAILED':
      return problemAt(offset, 'tags (!name) are not understood here', 'leave the tag out, or quote the text')
    case 'BAD_SCALAR_START':
      return problemAt(offset, `a plain text cannot begin with ${text[offset]}`, 'put the text into quotes')
  }
  const opened = unclosed(doc, text)
  if (opened !== undefined) {
    const open = text[opened]!
    return problemAt(opened, `this ${open} is never closed`, `add the closing ${closing[open]}`)
  }
  const hint = 'look for a missing colon, quote or bracket, or a wrong indent, here or on the line before'
  switch (error.code) {
    case 'BAD_INDENT':
      return problemAt(
        offset,
        'this line is not indented as the lines around it',
        'align it with its siblings',
      )
    case 'BLOCK_AS_IMPLICIT_KEY':
      return problemAt(offset, 'a key stands inside the value of another', inValueHint)
    case 'MULTILINE_IMPLICIT_KEY':
      return problemAt(offset, 'this is read as a key that goes on over the next line', hint)
  }
  return problemAt(offset, `this is not YAML: ${firstLower(error.message)}`, hint)
}

const inValueHint = 'keys of one level begin in one column; a text with a colon in it must stand in quotes'
const closing: Record<string, string> = { '[': ']', '{': '}', '"': '"', "'": "'" }
const firstLower = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1)

/** The innermost bracket or quote that is opened and not closed: the library reports where it noticed. */
function unclosed(doc: YamlDocument, text: string): number | undefined {
  let found: number | undefined
  visit(doc, {
    Node(_, node) {
      const [from, to] = node.range ?? []
      if (from === undefined || to === undefined) return
      const close = closing[text[from]!]
      const flow = isCollection(node) ? node.flow : isScalar(node) && /^QUOTE/.test(node.type ?? '')
      if (flow && close && (to - from < 2 || text[to - 1] !== close)) found = from
    },
  })
  return found
}

function unresolvedAlias(doc: YamlDocument): number | undefined {
  let found: number | undefined
  visit(doc, {
    Alias(_, alias) {
      if (alias.resolve(doc)) return
      found = alias.range?.[0]
      return visit.BREAK
    },
  })
  return found
}
