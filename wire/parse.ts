/** Bounded parsing of what came over the wire: never throws, `undefined` for anything that is not well-formed. */
import type { Json } from './json.ts'

const maxDepth = 64
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** JSON up to 64 levels deep: deeper values would exhaust the stack of everything that walks them. */
export function parseJson(text: string): Json | undefined {
  if (tooDeep(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Does an object in this JSON text have two members of one name? JSON.parse would keep the last one. */
export function repeatsMember(text: string): boolean {
  const objects: Set<string>[] = []
  const string = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/y
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') objects.push(new Set())
    else if (text[at] === '}') objects.pop()
    else if (text[at] === '"') {
      string.lastIndex = at
      const [found, quoted = '', colon] = string.exec(text) ?? []
      // It never ends, so it is no JSON.
      if (found === undefined) return false
      at += found.length - 1
      const [names, name] = [objects.at(-1), String(parseJson(quoted))]
      if (colon !== undefined && names?.has(name)) return true
      if (colon !== undefined) names?.add(name)
    }
  }
  return false
}

/** Bytes of a base64url segment without padding (RFC 7515 2). */
export function fromBase64url(text: string): Buffer | undefined {
  return /^[A-Za-z0-9_-]+$/.test(text) && text.length % 4 !== 1 ? Buffer.from(text, 'base64url') : undefined
}

/** Bytes of plain base64, padded: `x5c` is never base64url (RFC 7515 4.1.6). */
export function fromBase64(text: string): Buffer | undefined {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
    ? Buffer.from(text, 'base64')
    : undefined
}

export function fromUtf8(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function tooDeep(text: string): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}
