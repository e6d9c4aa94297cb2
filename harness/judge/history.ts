/** Every message of a case in order, and what a rule may ask about those before and after. */
import type { X509Certificate } from 'node:crypto'
import type { Community } from '../../spec/community.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageCase } from '../trace/trace.ts'
import { authorizationMessages } from './authorization.ts'
import { isElsewhere } from './elsewhere.ts'
import type { Hop } from './hops.ts'
import { type Message, type MessageKind, messagesOf } from './message.ts'
import { issuersIn } from './trust.ts'

export interface History {
  messages: Message[]
  stage: StageCase
  /** Definitions of the trust communities of the case, by URI. */
  communities: Record<string, Community>
  /** Certificates of authorities that somebody fetched. */
  issuers: X509Certificate[]
  /** Those of that kind in earlier hops, and earlier in the same, newest first. */
  before(message: Message, kind: MessageKind): Message[]
  /** Those of that kind in later hops, and later in the same, oldest first. */
  after(message: Message, kind: MessageKind): Message[]
  /** The testbed killed it between the two: it knows nothing of the first. */
  hasForgotten(name: string | undefined, earlier: Message, later: Message): boolean
  /** Kind of an actor of the case, for example `identity-provider`. */
  kindOf(name: string | undefined): string | undefined
  /** A system that was there before the case, and that does what nobody here records. */
  isElsewhere(name: string | undefined): boolean
  /** What the message's step was told to do, every `${{ }}` filled in. */
  inputOf(message: Message): JsonObject
}

export function historyOf(hops: Hop[], plan: PlanCase, stage: StageCase): History {
  const messages: Message[] = []
  for (const hop of hops) {
    const here = messagesOf(hop).map((message) => byMaker(message, plan, stage))
    messages.push(...here, ...authorizationMessages(hop, messages, hops, plan, stage))
  }
  const places = new Map(messages.map((message, index) => [message, index]))
  const placeOf = (message: Message) => places.get(message) ?? messages.length
  const order = new Map(stage.steps.map(({ id }, index) => [id, index]))
  // What happens before the first step comes before all.
  const stepOf = ({ hop }: Message) => order.get(hop.step) ?? -1
  const ordered = new Set(plan.steps.filter(({ uses }) => uses === 'testbed/kill').map(({ id }) => id))
  const kills = stage.steps.filter(({ id, state }) => state === 'ran' && ordered.has(id))
  return {
    messages,
    stage,
    communities: plan.communities ?? {},
    issuers: issuersIn(hops),
    before: (message, kind) =>
      messages
        .slice(0, placeOf(message))
        .filter((one) => one.kind === kind)
        .reverse(),
    after: (message, kind) => messages.slice(placeOf(message) + 1).filter((one) => one.kind === kind),
    hasForgotten: (name, earlier, later) =>
      kills.some(({ id, input }) => {
        const at = order.get(id)!
        return input.actor === name && stepOf(earlier) < at && at < stepOf(later)
      }),
    kindOf: (name) => (name === undefined ? undefined : stage.actors[name]?.kind),
    isElsewhere: (name) => isElsewhere(stage.actors[name ?? '']),
    inputOf: ({ hop }) => stage.steps.find(({ id }) => id === hop.step)?.input ?? {},
  }
}

/** Who brings a certification along need not have written it: another actor may have, in a step of its own (7.4). */
function byMaker(message: Message, plan: PlanCase, { steps }: StageCase): Message {
  if (message.kind !== 'certification') return message
  const made = steps.find(({ outputs }) => outputs.certification === message.text)
  const author = made && plan.steps.find(({ id }) => id === made.id)?.actor
  return author === undefined ? message : { ...message, author }
}

/** The registration that gave this client id, newest first: the successful response, whose `of` is the request. */
export function registrationOf(
  clientId: unknown,
  server: string | undefined,
  message: Message,
  history: History,
): Message | undefined {
  return history.before(message, 'registration-response').find(({ author, status, body }) => {
    return author === server && isSuccess(status) && clientId !== undefined && body?.client_id === clientId
  })
}

/** The authorization response that brought this code; its `of` is the request. */
export function responseWithCode(code: unknown, message: Message, history: History): Message | undefined {
  return history
    .before(message, 'authorization-response')
    .find(({ body }) => code !== undefined && body?.code === code)
}

/** The token response that brought this access token; its `of` is the request. */
export function responseWithToken(token: unknown, message: Message, history: History): Message | undefined {
  return history
    .before(message, 'token-response')
    .find(({ body }) => token !== undefined && body?.access_token === token)
}

export const isSuccess = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status <= 299

/** Refused as a request is that the guide wants refused: no redirect, no success, no failure of the server. */
export const isRefusal = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status <= 499
