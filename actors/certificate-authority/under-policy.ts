/** What a certificate of a participant looks like under the certificate policy of its community. */
import { durationMs, type Profile, profile } from '../../certs/profile.ts'
import type { CertificatePolicy } from '../../spec/community.ts'

/** Profiles of participants who do as they should; any other is taken as it stands, whatever the policy says. */
const ORDINARY = ['leaf', 'leaf-without-ocsp', 'certifier']

const DAY_MS = 86_400_000

/** @throws when there is no such profile */
export function profileUnder(name: string, policy: CertificatePolicy = {}): Profile {
  const usual = profile(name)
  if (!ORDINARY.includes(name)) return usual
  const { maxLifetimeDays, keyUsage } = policy
  const longest =
    maxLifetimeDays === undefined ? Infinity : maxLifetimeDays * DAY_MS + durationMs(usual.notBefore)
  return {
    ...usual,
    ...(longest < durationMs(usual.notAfter) && { notAfter: `${longest / 1000}s` }),
    ...(keyUsage && { keyUsage: keyUsage as NonNullable<Profile['keyUsage']> }),
  }
}
