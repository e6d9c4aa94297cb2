/** Keys and certificates of one case: who gets which at the start, and the next one when the last runs out. */
import type { Context, Credential, StartedActor } from '../../actors/actor.ts'
import type { KeyAlgorithm } from '../../certs/keys.ts'
import { openAuthority } from '../pki/authority.ts'
import { readTls } from '../pki/tls-files.ts'
import type { IssuedCertificate, StageCase } from '../trace/trace.ts'
import { communityOf } from './anchors.ts'
import { all } from './bounded.ts'
import type { Member } from './cast.ts'
import { type Authority, BEFORE, BorrowedKeys, type Enrolled } from './enrol.ts'
import type { RunKit } from './kit.ts'
import { isDue, lasting, lastingTls, lastingUdap, renewLasting, runsOut, type Tls } from './lasting.ts'
import type { Lives } from './lives.ts'
import { StageBroken } from './stage-broken.ts'

/** How a certificate is renewed: as it was issued, where this does not say. */
export interface Renewal {
  from?: string | undefined
  sameKey: boolean
  profile?: string | undefined
}

export class Certificates {
  readonly #record: StageCase
  readonly #kit: RunKit
  readonly #lives: Lives
  readonly #keys: BorrowedKeys
  readonly #enrolled: Enrolled[] = []
  /** Of all who have none of their own. */
  #tls: Tls | undefined

  constructor(record: StageCase, kit: RunKit, lives: Lives) {
    this.#record = record
    this.#kit = kit
    this.#lives = lives
    this.#keys = new BorrowedKeys(kit.keys)
  }

  giveBack(): void {
    this.#keys.giveBack()
  }

  async forTls(members: Member[]): Promise<Tls | undefined> {
    this.#tls = await lastingTls(members, this.#kit)
    return this.#tls
  }

  /** @throws StageBroken when nobody here issues it */
  async enrol(
    member: Member,
    members: Member[],
    authorities: ReadonlyMap<string, Authority>,
  ): Promise<Credential[]> {
    const { name, certificates, own } = member.plan
    if (own) {
      const community = communityOf(member.plan, members, authorities)
      const { readCredential } = await import('../pki/credential.ts')
      return [{ community, ...readCredential(own) }]
    }
    const enrolled = await all(
      certificates.map(async (certificate) => {
        const { from, key: algorithm } = certificate
        const authority = authorities.get(from)
        if (!authority) {
          const why = `"${from}" is not started here, so it cannot issue one.`
          throw new StageBroken(`Actor "${name}" has no certificate: ${why}`, from)
        }
        const key = await this.#key(`${name}/${from}`, algorithm)
        const one = { member, authority, certificate, key }
        this.#enrolled.push(one)
        return lastingUdap(one, this.#kit.state, this.#now())
      }),
    )
    this.#record.issued.push(...enrolled.map(({ issued }) => issued))
    this.#record.revoked.push(...enrolled.flatMap(({ revoked }) => revoked ?? []))
    return enrolled.flatMap(({ credentials }) => credentials)
  }

  /** Of an authority that lasts its own, else as many as its kind needs. */
  async keysOf({ actor, plan }: Member): Promise<Pick<Context, 'keys'>> {
    if (plan.authority !== undefined) {
      const { root, intermediate } = openAuthority(plan.authority)
      return { keys: [root.key, intermediate.key] }
    }
    return { keys: await all(actor.keys.map((algorithm, i) => this.#key(`${plan.name}/${i}`, algorithm))) }
  }

  /**
   * Gives an actor a new certificate in the place of each that it has, or of the one from `from`.
   *
   * @throws StageBroken when it has none, or does not take it
   */
  async renew(
    actor: StartedActor,
    step: string,
    { from, sameKey, profile }: Renewal,
  ): Promise<IssuedCertificate[]> {
    const { name } = actor
    const had = this.#enrolled.filter(
      ({ member, certificate }) =>
        member.plan.name === name && (from === undefined || certificate.from === from),
    )
    if (had.length === 0)
      throw new StageBroken(`Actor "${name}" has no certificate that could be renewed.`, name)
    return all(
      had.map(async (one) => {
        if (!sameKey) one.key = await this.#keys.borrow(one.certificate.key as KeyAlgorithm)
        const { credentials, issued, revoked } = await renewLasting(one, this.#kit.state, actor, profile)
        for (const credential of credentials) this.#lives.renewed(name, credential)
        this.#record.issued.push(issued)
        if (revoked) this.#record.revoked.push({ ...revoked, step })
        return issued
      }),
    )
  }

  /**
   * Gives new certificates to those whose certificates run out: of UDAP and of TLS, the latter also where a file
   * that somebody else renews has changed.
   *
   * @param at real time
   * @returns whose were renewed, in words
   * @throws StageBroken, Unusable
   */
  async renewDue(served: Member[], at: Date): Promise<string[]> {
    const renewed: string[] = []
    // Enrolled side by side, in any order.
    const inOrder = served.flatMap((member) => this.#enrolled.filter((one) => one.member === member))
    for (const { member, certificate } of inOrder) {
      // Some have one that they never show.
      if (!member.actor.actions['credential/replace']) continue
      const { from } = certificate
      const { name } = member.plan
      const last = this.#record.issued.findLast((one) => one.actor === name && one.from === from)
      if (!last || !runsOut(Buffer.from(last.chain[0]!, 'base64'), this.#now(at))) continue
      await this.renew(this.#lives.actor(name), BEFORE, { from, sameKey: true })
      renewed.push(`UDAP certificate of ${name} from ${from}`)
    }
    if (this.#tls && isDue(this.#tls.chain, at)) {
      this.#tls = (await lastingTls(served, this.#kit, at))!
      for (const { place, serving } of served) if (!serving?.tls) place!.setTls?.(this.#tls)
      renewed.push('TLS certificate')
    }
    for (const { plan, place, serving } of served) {
      if (!serving?.tls || !plan.serve?.tls) continue
      const now = readTls(plan.serve.tls)
      if (now.chain === serving.tls.chain) continue
      serving.tls = now
      place!.setTls?.(now)
      renewed.push(`TLS certificate of ${plan.name}, from ${plan.serve.tls.certificate}`)
    }
    return renewed
  }

  #key(whose: string, algorithm: string): Promise<string> {
    const key = `key/${whose}/${algorithm}`
    return lasting(this.#kit.state, key, () => this.#keys.borrow(algorithm as KeyAlgorithm))
  }

  /** The scenario's time. */
  #now(at = new Date()): Date {
    const { clockChanges, clockOffsetMs } = this.#record
    return new Date(at.getTime() + (clockChanges.at(-1)?.offsetMs ?? clockOffsetMs))
  }
}
