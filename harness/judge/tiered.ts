/**
 * The two legs of tiered OAuth (guide 6): what a client asks of a data holder, and what the data holder, as a
 * client itself, asks of an identity provider. Nothing on the wire says that they belong together but the browser
 * that goes from one to the other.
 */
import type { JsonObject } from '../../wire/json.ts'
import { scopeTokens } from '../../wire/oauth.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import { addressOf, locationOf } from './authorization.ts'
import { type History, registrationOf, responseWithCode } from './history.ts'
import type { Message } from './message.ts'

export const scopesOf = (body: JsonObject | undefined): string[] =>
  typeof body?.scope === 'string' ? scopeTokens(body.scope) : []

/** Does a client ask for a sign-in at the identity provider of its choice (6.1)? */
export const asksForProvider = ({ body }: Message): boolean =>
  typeof body?.idp === 'string' && scopesOf(body).includes('udap')

/** Is it something that a data holder, as a client, sends to an identity provider? */
export function isToProvider({ author, reader }: Message, history: History): boolean {
  return isHolder(author, history) && history.kindOf(reader) === 'identity-provider'
}

/** Is it an answer of an identity provider to a data holder? */
export function isFromProvider({ author, reader }: Message, history: History): boolean {
  return isHolder(reader, history) && history.kindOf(author) === 'identity-provider'
}

const isHolder = (name: string | undefined, { kindOf }: History): boolean =>
  ['data-holder', 'authorization-server'].includes(kindOf(name) ?? '')

/** Does a client ask it of a data holder, not of an identity provider? */
export function isToHolder({ author, reader }: Message, history: History): boolean {
  return isHolder(reader, history) && !isHolder(author, history)
}

/** The client's request that made the data holder send this one: the last that the browser brought before. */
export function clientRequestOf(request: Message, history: History): Message | undefined {
  return history
    .before(request, 'authorization-request')
    .find(({ hop, reader }) => reader === request.author && hop.from === request.hop.from)
}

/** The data holder's requests to identity providers for the sake of this one of a client, oldest first. */
export function providerRequestsOf(client: Message, history: History): Message[] {
  return history
    .after(client, 'authorization-request')
    .filter((one) => isToProvider(one, history) && clientRequestOf(one, history) === client)
}

/** How the data holder answered the client. It may stand before what led to it: the answer to the hop that is still open. */
export function outcomeOf(client: Message | undefined, history: History): Message | undefined {
  return client && history.after(client, 'authorization-response').find(({ of }) => of === client)
}

/** The data holder's request to the identity provider that a later message is about: a token request, an answer, an ID token. */
export function providerRequestOf(message: Message, history: History): Message | undefined {
  if (message.kind === 'authorization-request') return message
  if (message.kind !== 'token-request') return message.of && providerRequestOf(message.of, history)
  const own = responseWithCode(message.body?.code, message, history)?.of
  // With a code that nobody gave it is about what was asked last.
  return (
    own ?? history.before(message, 'authorization-request').find(({ author }) => author === message.author)
  )
}

/** The browser's arrival at the data holder with what the identity provider answered. */
export function arrivalOf(response: Message, history: History): Message | undefined {
  const location = locationOf(response.hop)
  return history
    .after(response, 'callback')
    .find(({ hop, reader }) => reader === response.reader && hop.request?.url === location)
}

/**
 * The code to the client that this led to. None when the person signed in in another way meanwhile: at another
 * provider, or with a password of the data holder (6.2).
 */
export function letIn(message: Message, history: History): Message | undefined {
  const request = providerRequestOf(message, history)
  const client = request && clientRequestOf(request, history)
  const outcome = outcomeOf(client, history)
  if (!client || outcome?.body?.code === undefined) return undefined
  return otherSignIn(client, message, history) ? undefined : outcome
}

/** Another way to sign in, taken for the same request of the client after this message. */
export function otherSignIn(client: Message, message: Message, history: History): Message | undefined {
  const elsewhere = history
    .after(message, 'authorization-request')
    .find((one) => isToProvider(one, history) && clientRequestOf(one, history) === client)
  return elsewhere ?? passwordGiven(client, message, history)
}

/** At the data holder itself: its pages are its own, but for a password everybody has to ask by some such name. */
function passwordGiven({ reader, hop }: Message, after: Message, history: History): Message | undefined {
  return history.after(after, 'interaction-request').find((one) => {
    const names = Object.keys(one.body ?? {})
    return one.reader === reader && one.hop.from === hop.from && names.some((name) => /pass/i.test(name))
  })
}

/** The identity provider's base URL, by where the data holder got its metadata; else the actor's own. */
export function issuerOf(request: Message, history: History): string {
  const asked = history
    .before(request, 'metadata-request')
    .find(({ author, reader }) => author === request.author && reader === request.reader)
  const address = addressOf(asked?.hop.request?.url)
  if (address?.endsWith(METADATA_PATH)) return address.slice(0, -METADATA_PATH.length)
  return history.stage.actors[request.reader ?? '']?.url ?? ''
}

/** Claims of the statement by which the client id of a request was registered; none when that was not in the case. */
export function registeredClaims(request: Message, history: History): JsonObject | undefined {
  const registration = registrationOf(request.body?.client_id, request.reader, request, history)?.of
  if (!registration) return undefined
  return history.after(registration, 'software-statement').find(({ of }) => of === registration)?.body
}

/**
 * Did the data holder try to use the client's provider and not get as far as sending the person there? What it
 * did is on record: it asked for the provider's metadata.
 */
export function unusableProvider(client: Message, history: History): boolean {
  const idp = client.body?.idp
  if (!isToHolder(client, history) || !asksForProvider(client) || typeof idp !== 'string') return false
  const [next] = history
    .after(client, 'authorization-request')
    .filter(({ reader, hop }) => reader === client.reader && hop.from === client.hop.from)
  const isBeforeNext = (one: Message) => !next || history.after(one, 'authorization-request').includes(next)
  const asked = history.after(client, 'metadata-request').some((one) => {
    const address = addressOf(one.hop.request?.url)
    return one.author === client.reader && address === idp + METADATA_PATH && isBeforeNext(one)
  })
  const sentThere = providerRequestsOf(client, history).some((one) => issuerOf(one, history) === idp)
  return asked && !sentThere
}

/** Is what passes between data holder and identity provider on record? Where both are elsewhere, nobody saw it. */
export function isWatched({ author, reader }: Message, { isElsewhere }: History): boolean {
  return [author, reader].some((name) => !isElsewhere(name))
}
