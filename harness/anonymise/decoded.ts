/** What is shown of a message: decoded anew, with certificates described as they were. */
import { isObject, type Json } from '../../wire/json.ts'
import type { Rewriter } from './rewriter.ts'

/** @param before the same as it was decoded from what was really sent */
export function rewriteDecoded(decoded: Json, before: Json, rewriter: Rewriter): Json {
  if (Array.isArray(decoded)) {
    const list = Array.isArray(before) ? before : []
    return decoded.map((one, i) => rewriteDecoded(one, list[i] ?? null, rewriter))
  }
  if (isObject(decoded)) {
    const object = isObject(before) ? before : {}
    return Object.fromEntries(
      Object.entries(decoded).map(([key, one]) => [key, rewriteDecoded(one, object[key] ?? null, rewriter)]),
    )
  }
  return decoded === 'not a certificate' && isObject(before) ? described(before, rewriter) : decoded
}

/** Serial number and fingerprint are of that one certificate alone. */
function described(certificate: { [key: string]: Json }, rewriter: Rewriter): Json {
  const { subject, issuer, uris, notBefore, notAfter, ca } = certificate
  const name = (text: Json | undefined) =>
    String(text ?? '').replace(
      /(^|, | \+ )(?!C=)([\w.]+)=([^,]+)/g,
      (_, before: string, type: string, value: string) =>
        `${before}${type}=${rewriter.text(rewriter.aliases.name(value))}`,
    )
  return {
    subject: name(subject),
    issuer: name(issuer),
    uris: rewriter.json(uris ?? []),
    notBefore: notBefore ?? null,
    notAfter: notAfter ?? null,
    ca: ca ?? null,
    serial: 'anonymised',
    fingerprint: 'anonymised',
  }
}
