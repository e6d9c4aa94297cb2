/** What the definition of a trust community says, as actors ask it. */
import type { CodeList, Community } from '../spec/community.ts'

/** Undefined when nobody has defined the community, or none is known. */
export function definitionOf(
  { communities = {} }: { communities?: Record<string, Community> | undefined },
  uri: string | undefined,
): Community | undefined {
  return uri !== undefined && Object.hasOwn(communities, uri) ? communities[uri] : undefined
}

/** A code as it goes over the wire. */
export const coded = ({ system }: CodeList, code: string): string =>
  system === undefined ? code : `${system}#${code}`

export const valuesOf = (list: CodeList): string[] => list.codes.map(({ code }) => coded(list, code))

/** The code at the end of a client's URI, in a community that has it there. */
export const purposeIn = (uri: string): string | undefined => /#([^#]+)$/.exec(uri)?.[1]

export const matches = (pattern: string, text: string): boolean => new RegExp(pattern, 'u').test(text)
