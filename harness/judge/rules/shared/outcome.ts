/** What whoever got a JWT made of it. */
import { isRefusal, isSuccess } from '../../history.ts'
import type { Message, MessageKind } from '../../message.ts'
import type { View } from '../../rule.ts'
import { outcomeOf as answerToClient, clientRequestOf, letIn, providerRequestOf } from '../../tiered.ts'

/** `taken`: went by it; `seen` and `at` say how that showed. */
export type Outcome = { taken: true; seen: string; at?: Message } | { taken: false }

/** `undefined` when nothing shows it. */
export function outcomeOf(message: Message, view: View): Outcome | undefined {
  switch (message.kind) {
    case 'software-statement':
      return answerOf(message, 'registration-response', view)
    case 'client-assertion':
      return answerOf(message, 'token-response', view)
    case 'certification':
      return certificationTaken(message, view)
    case 'signed-metadata':
      return metadataUsed(message, view)
    case 'id-token':
      return personKnown(message, view)
    default:
      return undefined
  }
}

const answerTo = ({ of }: Message, kind: MessageKind, message: Message, { history }: View) =>
  history.after(message, kind).find((one) => one.of === of)

function answerOf(message: Message, kind: MessageKind, view: View): Outcome | undefined {
  const answer = answerTo(message, kind, message, view)
  if (isSuccess(answer?.status)) return { taken: true, seen: String(answer?.status) }
  return isRefusal(answer?.status) ? { taken: false } : undefined
}

/** Certifications that count stand in the answer (UDAP Certifications 6.7); others are dropped, or unknown. */
function certificationTaken(message: Message, view: View): Outcome | undefined {
  const answer = answerTo(message, 'registration-response', message, view)
  if (isRefusal(answer?.status)) return { taken: false }
  if (!answer || !isSuccess(answer.status)) return undefined
  const taken = [answer.body?.certifications].flat().includes(message.text)
  return taken ? { taken, seen: 'it in the answer' } : { taken }
}

/** The first request to an endpoint that it names, before metadata are read again there. */
function metadataUsed(message: Message, { history }: View): Outcome {
  const { registration_endpoint, token_endpoint, authorization_endpoint } = message.body ?? {}
  const endpoints = [registration_endpoint, token_endpoint, authorization_endpoint]
  const later = (kind: MessageKind) => history.after(message, kind)
  const again = later('metadata').find(
    ({ reader, hop }) => reader === message.reader && hop.request?.url === message.hop.request?.url,
  )
  const used = [
    ...later('registration-request'),
    ...later('token-request'),
    ...later('authorization-request'),
  ].find((one) => {
    const url = one.hop.request?.url.split('?', 1)[0] ?? ''
    const inTime = !again || history.after(one, 'metadata').includes(again)
    return one.author === message.reader && endpoints.includes(url) && inTime
  })
  return used ? { taken: true, seen: `a ${used.kind.replace('-', ' ')}`, at: used } : { taken: false }
}

/** The authorization response that ends the sign-in: a code, or an error. */
function personKnown(message: Message, { history }: View): Outcome | undefined {
  const request = providerRequestOf(message, history)
  if (!request || !answerToClient(clientRequestOf(request, history), history)) return undefined
  const at = letIn(message, history)
  return at ? { taken: true, seen: 'a code', at } : { taken: false }
}
