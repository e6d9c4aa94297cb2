/** The certificate policy of a trust community, held against the certificate of whoever signed a JWT. */
import type { X509Certificate } from 'node:crypto'
import type { Community } from '../../../../spec/community.ts'
import { extensionsOf } from '../../certificate.ts'
import type { Wrong } from '../../rule.ts'
import { by } from './trust-community.ts'

const dayMs = 86_400_000

/** `met` when it keeps to all of it; nothing when there is no policy. */
export function policyKept(leaf: X509Certificate, community: Community): Wrong | 'met' | undefined {
  const { certificates: policy } = community
  if (!policy) return undefined
  const { keys, keyUsage, maxLifetimeDays, revocation = [] } = policy
  const wrong = (key: string, expected: string, seen: string) => ({
    expected: `a certificate with ${expected} ${by(community, policy, key)}`,
    seen,
  })
  const key = keyName(leaf)
  if (keys && !keys.some((one) => one === key)) return wrong('keys', `a key ${keys.join(' or ')}`, key)
  const { usage = [] } = extensionsOf(leaf)
  if (keyUsage && [...usage].sort().join() !== [...keyUsage].sort().join())
    return wrong('keyUsage', `key usage ${keyUsage.join(', ')}`, usage.join(', ') || 'none')
  const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / dayMs
  if (maxLifetimeDays !== undefined && days > maxLifetimeDays)
    return wrong(
      'maxLifetimeDays',
      `a lifetime of ${maxLifetimeDays} days at most`,
      `${Math.ceil(days)} days`,
    )
  const silent = revocation.find(
    (one) => !(one === 'crl' ? hasCrl(leaf) : /^OCSP - URI:/m.test(leaf.infoAccess ?? '')),
  )
  return silent ? wrong('revocation', `the address of its ${silent.toUpperCase()}`, 'none') : 'met'
}

function keyName({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey
  if (type === 'rsa') return `rsa-${details?.modulusLength}`
  return `${type}-${details?.namedCurve?.replace('prime256v1', 'p256').replace('secp384r1', 'p384')}`
}

const hasCrl = (leaf: X509Certificate): boolean => extensionsOf(leaf).hasCrl === true
