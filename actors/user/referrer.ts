/** Referer and Origin, as a browser sends them along when a page sends it somewhere (Referrer Policy; Fetch 3.2). */
import type { Headers } from '../../wire/hop.ts'

const policies = [
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
]

/** The page that a person comes from. */
export interface From {
  url: string
  /** Its Referrer-Policy header; '' when it has none. */
  policy: string
}

/** @param tainted a redirect led across origins, so that nobody can say any more where it comes from */
export function cameFrom(
  { url, policy: header }: From,
  to: string,
  method: 'GET' | 'POST',
  tainted: boolean,
): Headers {
  if (!/^https?:/.test(url)) return {}
  const stated = header.split(',').map((one) => one.trim().toLowerCase())
  const policy = stated.findLast((one) => policies.includes(one)) ?? 'strict-origin-when-cross-origin'
  const { origin, pathname, search, protocol } = new URL(url)
  const same = new URL(to).origin === origin
  const downgrade = protocol === 'https:' && !to.startsWith('https:')
  const full = origin + pathname + search
  const site = `${origin}/`
  const referers: Record<string, string> = {
    'no-referrer': '',
    'no-referrer-when-downgrade': downgrade ? '' : full,
    origin: site,
    'origin-when-cross-origin': same ? full : site,
    'same-origin': same ? full : '',
    'strict-origin': downgrade ? '' : site,
    'strict-origin-when-cross-origin': same ? full : downgrade ? '' : site,
    'unsafe-url': full,
  }
  const referer = referers[policy] ?? ''
  // Without a referrer there is no origin either (Fetch, "append a request Origin header").
  const withheld =
    policy === 'no-referrer' ||
    (downgrade && /^strict-|downgrade$/.test(policy)) ||
    (policy === 'same-origin' && !same)
  return {
    ...(referer === '' ? {} : { referer }),
    ...(method === 'POST' ? { origin: tainted || withheld ? 'null' : origin } : {}),
  }
}
