/** Does a certificate follow the policy of its trust community? */
import type { ParsedCertificate } from '../certs/certificate.ts'
import type { CertificatePolicy, Community } from '../spec/community.ts'

/** What it breaks, in words that follow "it"; undefined when it keeps to all of it. */
export function certificateFlaw(
  certificate: ParsedCertificate,
  { certificates = {} }: Pick<Community, 'certificates'>,
): string | undefined {
  return keyFlaw(certificate, certificates) ?? useFlaw(certificate, certificates)
}

function keyFlaw({ publicKey }: ParsedCertificate, { keys }: CertificatePolicy): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength, namedCurve } = {} } = publicKey
  const curve = namedCurve === 'prime256v1' ? 'p256' : namedCurve === 'secp384r1' ? 'p384' : namedCurve
  const key = `${type}-${type === 'rsa' ? modulusLength : curve}`
  return keys && !keys.some((one) => one === key) ? `has a key ${key}, none of ${keys.join(', ')}` : undefined
}

const DAY_MS = 86_400_000

function useFlaw(
  { keyUsage, notBefore, notAfter, crlUrls, ocspUrls }: ParsedCertificate,
  { keyUsage: usages, maxLifetimeDays, revocation = [] }: CertificatePolicy,
): string | undefined {
  const used = [...(keyUsage ?? [])]
  if (usages && !(used.length === usages.length && usages.every((one) => used.some((it) => it === one))))
    return `has the key usage ${used.join(', ') || 'nothing'}, not ${usages.join(', ')}`
  const days = (notAfter.getTime() - notBefore.getTime()) / DAY_MS
  if (maxLifetimeDays !== undefined && days > maxLifetimeDays)
    return `lives for ${Math.ceil(days)} days, not ${maxLifetimeDays} at most`
  const told = { crl: crlUrls, ocsp: ocspUrls }
  const silent = revocation.find((method) => told[method].length === 0)
  return silent && `does not say where its revocation is told by ${silent}`
}
