/** Walks over the syntax tree of a TypeScript file. */
import { parseAst } from 'rolldown/parseAst'

/** What the tests look at in a node (ESTree with TypeScript's additions). */
export interface Node {
  type: string
  start: number
  /** Of an import or export. */
  source?: { value?: unknown } | null
  importKind?: string
  exportKind?: string
  /** Of a literal, or of a piece of a template. */
  value?: unknown
}

export function walk(text: string, visit: (node: Node) => void): void {
  const into = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    if ('type' in value && 'start' in value) visit(value as Node)
    for (const child of Object.values(value)) into(child)
  }
  into(parseAst(text, { lang: 'ts', sourceType: 'module' }))
}

/** 1-based. */
export const lineOf = (text: string, node: Node) => text.slice(0, node.start).split('\n').length
