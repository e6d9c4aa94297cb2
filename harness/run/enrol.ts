/** Enrolment of a case: keys, UDAP certificates from the community's CA, TLS certificates from the run's root. */
import { createPublicKey } from 'node:crypto'
import type { Anchors, Credential, StartedActor } from '../../actors/actor.ts'
import type { KeyAlgorithm, KeyPool } from '../../certs/keys.ts'
import { issueTlsCertificate, type TlsRoot } from '../../certs/tls.ts'
import type { IssuedCertificate } from '../trace/trace.ts'
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

const ISSUE_MS = 10_000

/** Asks the CA for the UDAP certificate of an actor, in the name of its URL. */
export async function issueUdap(
  member: Member,
  authority: Authority,
  key: string,
  profile: string,
): Promise<{ credential: Credential; issued: IssuedCertificate }> {
  const { name } = member.plan
  const ca = authority.started
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  const uris = [member.url]
  const input = { publicKey, uris, profile, commonName: member.plan.title ?? name }
  const { outputs, stopped } = await ca.act('ca/issue', input, ISSUE_MS)
  const { serial, chain } = outputs
  if (stopped || typeof serial !== 'string' || !isStrings(chain)) {
    const why = stopped?.message ?? 'it answered without serial and chain.'
    throw new StageBroken(`Actor "${ca.name}" issued no certificate for "${name}": ${why}`, ca.name)
  }
  const { community } = authority
  return {
    credential: { community, key, chain, uris },
    issued: { actor: name, community, from: ca.name, serial, chain },
  }
}

/** What an actor trusts, one entry a community: two authorities of one community are two anchors in it. */
export function anchorsOf(member: Member, authorities: ReadonlyMap<string, Authority>): Anchors[] {
  const byCommunity = new Map<string, string[]>()
  for (const name of member.plan.trusts) {
    const authority = authorities.get(name)
    if (!authority) {
      throw new StageBroken(
        `Actor "${member.plan.name}" trusts "${name}", whose root certificate is not known here.`,
        name,
      )
    }
    byCommunity.set(authority.community, [...(byCommunity.get(authority.community) ?? []), authority.root])
  }
  return [...byCommunity].map(([community, certificates]) => ({ community, certificates }))
}

/** One TLS certificate a case, which names every host of it; undefined when nobody in it serves HTTPS. */
export async function issueTls(
  members: Member[],
  root: TlsRoot,
): Promise<{ chain: string; key: string } | undefined> {
  const hosts = members.filter(servesHttps).map((member) => member.host)
  return hosts.length > 0 ? issueTlsCertificate(root, hosts) : undefined
}

export const servesHttps = ({ actor, place }: Member): boolean =>
  place !== undefined && actor.serves === 'https'

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
