import type { History } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule } from '../../rule.ts'
import { firstWrong } from '../shared/all-of.ts'
import { isListOf, isUrl, ofObject } from '../shared/b2b-object.ts'
import { attachmentsOf, resolves, resourceAt } from '../shared/reference.ts'

/** A consent that is referred to has its document in it, or a URL of it that resolves (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-038',
  on: ['client-assertion'],
  judge: ofObject(({ consent_reference }, message, { history }) => {
    if (!isListOf(consent_reference, isUrl)) return undefined
    return firstWrong(consent_reference.map((url) => documentOf(url, message, history)))
  }),
}

function documentOf(reference: string, assertion: Message, history: History): Finding | undefined {
  const { resource, at } = resourceAt(reference, assertion, history) ?? {}
  const type = resource?.resourceType
  if (!resource || (type !== 'Consent' && type !== 'DocumentReference')) return undefined
  const attachments = attachmentsOf(resource)
  const isIn = attachments.some(({ data }) => typeof data === 'string')
  if (isIn || (Array.isArray(resource.contained) && resource.contained.length > 0)) return 'met'
  const from = at!.hop.request!.url
  const urls = attachments.flatMap(({ url }) =>
    typeof url === 'string' && URL.canParse(url, from) ? url : [],
  )
  if (urls.length === 0)
    return { expected: 'the document in the consent, or a URL of it', seen: 'neither', at: at! }
  return firstWrong(
    urls.map((url) =>
      resolves(new URL(url, from).href, 'a URL of the document of a consent', assertion, history),
    ),
  )
}
