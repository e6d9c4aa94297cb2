/** Enrolment of a case: keys, UDAP certificates from the community's CA, TLS certificates from the run's root. */
import { createPublicKey } from 'node:crypto'
import type { Credential, StartedActor } from '../../actors/actor.ts'
import type { KeyAlgorithm, KeyPool } from '../../certs/keys.ts'
import { loadProfiles } from '../../certs/profile.ts'
import { issueTlsCertificate, type TlsRoot } from '../../certs/tls.ts'
import { isObject, isStrings, type JsonObject } from '../../wire/json.ts'
import type { PlanCertificate, PlanFault } from '../plan/plan.ts'
import type { IssuedCertificate, StageCase } from '../trace/trace.ts'
import type { Member } from './cast.ts'
import { StageBroken } from './stage-broken.ts'

/** Keys of one case: each actor has its own, and all are given back together. */
export class BorrowedKeys {
  readonly #pool: KeyPool
  readonly #lent: { algorithm: KeyAlgorithm; pem: string }[] = []

  constructor(pool: KeyPool) {
    this.#pool = pool
  }

  async borrow(algorithm: KeyAlgorithm): Promise<string> {
    const pem = await this.#pool.borrow(algorithm)
    this.#lent.push({ algorithm, pem })
    return pem
  }

  giveBack(): void {
    for (const { algorithm, pem } of this.#lent.splice(0)) this.#pool.giveBack(algorithm, pem)
  }
}

/** A certificate authority as the stage uses it. */
export interface Authority {
  started: StartedActor
  community: string
  /** Community of the authority that cross-signed it: there its certificates are good, too. */
  crossSignedIn?: string
  /** Base64 DER. */
  root: string
}

/** @throws StageBroken when its facts lack what a certificate authority must say */
export function authorityOf(started: StartedActor): Authority {
  const { community, root } = started.facts
  if (typeof community !== 'string' || typeof root !== 'string') {
    throw new StageBroken(
      `Actor "${started.name}" did not say its community and its root certificate.`,
      started.name,
    )
  }
  return { started, community, root }
}

type RevokedCertificate = StageCase['revoked'][number]

/** Step of what happens before the first step: of halves that are recorded, and of what a profile has revoked. */
export const BEFORE = '(start)'

const ISSUE_MS = 10_000

/**
 * Asks the CA for the UDAP certificate of an actor, in the name of its URL: a credential in each community.
 *
 * @param purpose stands in that name after #, where the community wants it there
 */
export async function issueUdap(
  member: Member,
  authority: Authority,
  key: string,
  profileName: string,
  purpose: string | undefined,
): Promise<{ credentials: Credential[]; issued: IssuedCertificate; revoked?: RevokedCertificate }> {
  const { name } = member.plan
  const ca = authority.started
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  const uris = urisOf(member, purpose)
  const input = {
    publicKey,
    ...(loadProfiles()[profileName]?.issuedBy === 'self' ? { privateKey: key } : {}),
    uris,
    profile: profileName,
    commonName: member.plan.title ?? name,
  }
  const { outputs, stopped } = await ca.act('ca/issue', input, ISSUE_MS)
  const { serial, chain, revoked } = outputs
  if (stopped || typeof serial !== 'string' || !isStrings(chain)) {
    const why = stopped?.message ?? 'it answered without serial and chain.'
    throw new StageBroken(`Actor "${ca.name}" issued no certificate for "${name}": ${why}`, ca.name)
  }
  return {
    ...credentialsOf(member, authority, { key, chain, uris }, serial),
    ...(isObject(revoked) ? { revoked: revokedAtOnce(revoked, ca.name) } : {}),
  }
}

export const urisOf = ({ url }: Member, purpose: string | undefined): string[] => [
  purpose === undefined ? url : new URL(`#${purpose}`, url).href,
]

/** One certificate: a credential in each community in which its authority counts. */
export function credentialsOf(
  { plan }: Member,
  { started, community, crossSignedIn = community }: Authority,
  own: Omit<Credential, 'community'>,
  serial: string,
): { credentials: Credential[]; issued: IssuedCertificate } {
  const communities = new Set([community, crossSignedIn])
  return {
    credentials: [...communities].map((one) => ({ community: one, ...own })),
    issued: { actor: plan.name, community, from: started.name, serial, chain: own.chain },
  }
}

/** A certificate as it was issued, and what it takes to issue the next one. */
export interface Enrolled {
  member: Member
  authority: Authority
  certificate: PlanCertificate
  key: string
}

/** Issues the next certificate and gives it to its actor. @throws StageBroken when that does not take it */
export async function renewUdap(
  { member, authority, certificate, key }: Enrolled,
  actor: StartedActor,
  profile = certificate.profile,
): ReturnType<typeof issueUdap> {
  const renewed = await issueUdap(member, authority, key, profile, certificate.purpose)
  for (const credential of renewed.credentials) {
    const { stopped } = await actor.act('credential/replace', { ...credential }, ISSUE_MS)
    if (stopped)
      throw new StageBroken(`Actor "${actor.name}" took no new certificate: ${stopped.message}`, actor.name)
  }
  return renewed
}

/** What a profile had revoked when it was issued, before the first step. */
function revokedAtOnce({ serial, at }: JsonObject, issuer: string): RevokedCertificate {
  return { serial: String(serial), issuer, step: BEFORE, at: String(at) }
}

/** Has the intermediates signed by whom their authorities say, who are all started now. */
export async function crossSign(
  members: Member[],
  authorities: ReadonlyMap<string, Authority>,
): Promise<void> {
  for (const { plan } of members) {
    const by = plan.with.crossSignedBy
    const authority = authorities.get(plan.name)
    if (!authority || typeof by !== 'string') continue
    const other = authorities.get(by)
    if (!other || other === authority) {
      const why = `"${by}" is no other certificate authority that is started here.`
      throw new StageBroken(`Actor "${plan.name}" cannot be cross-signed: ${why}`, plan.name)
    }
    const { intermediate = '' } = authority.started.facts
    const { certificate = '' } = await done(other, 'ca/cross-sign', { certificate: intermediate })
    await done(authority, 'ca/use-cross-signed', { certificate })
    authority.crossSignedIn = other.community
  }
}

async function done({ started }: Authority, action: string, input: JsonObject): Promise<JsonObject> {
  const { outputs, stopped } = await started.act(action, input, ISSUE_MS)
  if (stopped)
    throw new StageBroken(`Actor "${started.name}" did no ${action}: ${stopped.message}`, started.name)
  return outputs
}

/** One TLS certificate a case, which names every host of it; undefined when nobody in it serves HTTPS. */
export async function issueTls(
  members: Member[],
  root: TlsRoot,
): Promise<{ chain: string; key: string } | undefined> {
  const hosts = tlsNamesOf(members)
  return hosts.length > 0 ? issueTlsCertificate(root, hosts) : undefined
}

/** For a fault that shows it: a certificate for a host that is nobody's. */
export async function issueOtherName(
  faults: PlanFault[],
  root: TlsRoot,
): Promise<{ chain: string; key: string } | undefined> {
  const isNeeded = faults.some(({ inject }) => inject === 'transport/other-name')
  return isNeeded ? issueTlsCertificate(root, ['somebody-else.localhost']) : undefined
}

/** Of those who have no certificate of their own. */
export const tlsNamesOf = (members: Member[]): string[] => [
  ...new Set(
    members
      .filter((member) => servesHttps(member) && !member.serving?.tls)
      .flatMap(({ host, serving }) => serving?.names ?? [host]),
  ),
]

export const servesHttps = ({ actor, place }: Member): boolean =>
  place !== undefined && actor.serves === 'https'
