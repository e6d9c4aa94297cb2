/** The trust community that a message belongs to, where somebody has defined it, and how findings cite it. */
import type { Community, Source } from '../../../../spec/community.ts'
import { clockMs } from '../../hops.ts'
import type { Message, MessageKind } from '../../message.ts'
import type { Finding, Rule, View } from '../../rule.ts'
import { chainFlaw, trustOf } from '../../trust.ts'

type Judge = (message: Message, community: Community, view: View) => Finding | undefined

/** For messages in a defined community only. */
export const inCommunity =
  (judge: Judge): Rule['judge'] =>
  (message, view) => {
    const community = definitionFor(message, view)
    return community && judge(message, community, view)
  }

export function definitionFor(message: Message, view: View): Community | undefined {
  const { communities } = view.history
  if (Object.keys(communities).length === 0) return undefined
  const jwt = signedIn(message, view)
  const uri = jwt && communityOf(jwt, view)
  return uri !== undefined && Object.hasOwn(communities, uri) ? communities[uri] : undefined
}

/** The JWT by whose certificate one belongs to a community: of a certification that of whom it is about. */
export function signedIn(message: Message, { history }: View): Message | undefined {
  const within = (of: Message | undefined, kind: MessageKind) =>
    of && history.after(of, kind).find((one) => one.of === of)
  switch (message.kind) {
    case 'certification':
      return within(message.of, 'software-statement')
    case 'registration-request':
      return within(message, 'software-statement')
    case 'registration-response':
      return within(message.of, 'software-statement')
    case 'metadata':
      return within(message, 'signed-metadata')
    default:
      return message
  }
}

/** By who was issued its certificate here, by the anchor that it leads to, or the only one that its author is in. */
function communityOf({ jwt, author, reader, hop }: Message, { history }: View): string | undefined {
  const { stage } = history
  const { x5c } = jwt?.header ?? {}
  const [leaf] = Array.isArray(x5c) ? x5c : []
  const own = stage.issued.filter(({ actor }) => actor === author)
  const issued = own.find(({ chain }) => leaf !== undefined && chain[0] === leaf)
  if (issued) return issued.community
  const anchors = Object.keys((reader === undefined ? undefined : stage.actors[reader]?.anchors) ?? {})
  const anchor = jwt && anchors.find((one) => isAnchoredIn(one))
  if (anchor !== undefined) return anchor
  const [only, ...others] = new Set(own.map(({ community }) => community))
  return others.length === 0 ? only : undefined

  function isAnchoredIn(one: string): boolean {
    return !chainFlaw(jwt!, trustOf(reader, history, one), { ...stage, revoked: [] }, clockMs(hop, 'to'))
  }
}

/** `(Example network: made up)`: whose value it is, and where it comes from. */
export function by(
  { name, source: ofAll }: Community,
  topic: { source?: Source } | undefined,
  key = '',
): string {
  const source = textOf(topic?.source, key) ?? textOf(ofAll, key)
  return `(${name}${source === undefined ? '' : `: ${source}`})`
}

const textOf = (source: Source | undefined, key: string): string | undefined =>
  typeof source === 'object' ? source[key] : source

export const matches = (pattern: string, text: string): boolean => new RegExp(pattern, 'u').test(text)
