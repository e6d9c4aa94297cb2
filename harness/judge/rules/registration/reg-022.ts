import { mediaType } from '../../../../wire/decode.ts'
import { answered } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** The logo is a PNG, JPG or GIF file behind https (guide 3.1): by its URL, and by what comes when it is fetched. */
export const rule: Rule = {
  id: 'reg-022',
  on: ['software-statement', 'logo-response'],
  judge: (message) => (message.kind === 'logo-response' ? image(message) : url(message)),
}

/** Whose name says so already; most others say nothing about what is behind them. */
const otherFile = /\.(svg|webp|avif|bmp|ico|tiff?|pdf|html?)$/i

function url({ body }: Message): Finding | undefined {
  const uri = body?.logo_uri
  if (typeof uri !== 'string' || uri === '') return undefined
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined
  if (parsed?.protocol !== 'https:') return { expected: 'logo_uri a URL with https', seen: words(uri) }
  if (!otherFile.test(parsed.pathname)) return 'met'
  return { expected: 'logo_uri of a PNG, JPG or GIF file', seen: words(uri) }
}

/** Nothing that a server could show is there, now or later. */
const gone = [401, 403, 404, 410]

/** One that is lost for the moment, or is elsewhere, is not judged. */
function image({ hop, status }: Message): Finding | undefined {
  const response = answered(hop)
  if (!response || status === undefined || hop.request?.method !== 'GET') return undefined
  const expected = 'a PNG, JPG or GIF file at the logo_uri'
  if (gone.includes(status)) return { expected, seen: String(status) }
  if (status !== 200) return undefined
  const type = mediaType(response.headers)
  return /^image\/(png|jpe?g|gif)$/.test(type) ? 'met' : { expected, seen: words(type) }
}
