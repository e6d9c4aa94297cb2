/** The start of a case: addresses, enrolment, every actor started with its context. Who opens closes. */

import type { ActionSpec, Context, Credential, StartedActor } from '../../actors/actor.ts'
import type { KeyAlgorithm } from '../../certs/keys.ts'
import type { Observed } from '../../wire/hop.ts'
import { openAuthority } from '../pki/authority.ts'
import { readTls } from '../pki/tls-files.ts'
import { isObserved } from '../plan/place.ts'
import type { PlanCase, PlanStep } from '../plan/plan.ts'
import type { IssuedCertificate, StageCase } from '../trace/trace.ts'
import { anchorsOf, communityOf, offeredOutside } from './anchors.ts'
import { all, bounded } from './bounded.ts'
import { closeCast, type Member, openCast, stopCast } from './cast.ts'
import { contextOf } from './context.ts'
import type { Conditions, NetworkFaults } from './docker/network-faults.ts'
import {
  type Authority,
  authorityOf,
  BEFORE,
  BorrowedKeys,
  crossSign,
  type Enrolled,
  issueOtherName,
  servesHttps,
} from './enrol.ts'
import { Sent } from './http-repeat.ts'
import type { RunKit } from './kit.ts'
import { isDue, lasting, lastingTls, lastingUdap, renewLasting, runsOut, type Tls } from './lasting.ts'
import { Lives } from './lives.ts'
import { stageActorOf } from './stage-actor.ts'
import { StageBroken } from './stage-broken.ts'
import { survived } from './survived.ts'

/** How a certificate is renewed: as it was issued, where this does not say. */
interface Renewal {
  from?: string | undefined
  sameKey: boolean
  profile?: string | undefined
}

/** The actors of one case, started. */
export class Stage {
  readonly plan: PlanCase
  readonly record: StageCase
  readonly sent: Sent
  readonly #kit: RunKit
  readonly #signal: AbortSignal | undefined
  readonly #keys: BorrowedKeys
  readonly #lives: Lives
  /** What those who were killed had recorded. */
  readonly #left: Observed[] = []
  #network: NetworkFaults | undefined
  readonly #enrolled: Enrolled[] = []
  #members: Member[] = []
  /** Of all who have none of their own. */
  #tls: Tls | undefined
  /** Wakes who waits for something to be recorded. */
  #heard = () => {}

  /** @param record is filled as the stage learns more: facts, issued certificates, fired faults */
  constructor(plan: PlanCase, record: StageCase, kit: RunKit, signal: AbortSignal | undefined) {
    this.plan = plan
    this.record = record
    this.#kit = kit
    this.#signal = signal
    this.sent = new Sent(plan)
    this.#keys = new BorrowedKeys(kit.keys)
    this.#lives = new Lives(record, signal)
  }

  /** @throws StageBroken naming the actor; call close() then too */
  async open(): Promise<void> {
    this.#members = await openCast(this.plan, this.#kit, this.#signal)
    for (const { place } of this.#members) place?.onRecord?.(() => this.#heard())
    for (const member of this.#members)
      this.record.actors[member.plan.name] = stageActorOf(member, this.plan, this.#kit)
    const authorities = await this.#startAuthorities()
    await this.#startOthers(authorities)
  }

  /** @throws StageBroken when it cannot be told what to do: it is dead, or somebody else runs it */
  actor(name: string): StartedActor {
    return this.#lives.actor(name)
  }

  /** Rejects with StageBroken when an actor's own process ends by itself. */
  gone(): Promise<never> {
    const gone = Promise.race(this.#members.flatMap(({ place }) => place?.gone?.() ?? []))
    gone.catch(() => {})
    return gone
  }

  /** Everything recorded since the last call, actor by actor. */
  async take(): Promise<Observed[]> {
    const taken = await all(this.#recorders().map((take) => take()))
    return [...this.#left.splice(0), ...taken.flat()]
  }

  /** Resolves when something was recorded, as far as its place tells, or after so long. @throws Interrupted */
  async recorded(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#heard = resolve
    const timer = setTimeout(resolve, ms)
    await bounded(promise, 2 * ms, () => new Error('late'), this.#signal).finally(() => clearTimeout(timer))
  }

  /** Is whoever serves this URL on record? */
  serves(url: string): boolean {
    const origin = URL.parse(url)?.origin
    return this.#members.some((member) => member.place && new URL(member.url).origin === origin)
  }

  /** What the step's actor would do, by its kind. */
  actionOf({ actor, uses }: PlanStep): ActionSpec | undefined {
    return this.#members.find(({ plan }) => plan.name === actor)?.actor.actions[uses]
  }

  /** @throws StageBroken naming who ended during the step that these halves are of */
  survived(halves: Observed[]): Promise<void> {
    return survived(this.#members, halves)
  }

  /** As take(), as far as the actors still live. Does not throw. */
  async salvage(): Promise<Observed[]> {
    const taken = await Promise.allSettled(this.#recorders().map((take) => take()))
    return [...this.#left.splice(0), ...taken.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))]
  }

  /**
   * Resolves when no actor has an open hop, so that every half of the step is recorded. Twice, because one that
   * had none may have been asked by another that still had one.
   */
  async settled(): Promise<void> {
    for (let round = 0; round < 2; round++) await all(this.#lives.living.map((actor) => actor.settled()))
  }

  /** Sets everybody's clock. */
  async setClock(offsetMs: number): Promise<void> {
    await all(this.#lives.living.map((actor) => actor.setClock(offsetMs)))
  }

  /** Switches off the faults that actors had for their whole life, and notes how often each fired. */
  disarm(): Promise<void> {
    return this.#lives.disarm()
  }

  /** Ends an actor at once, as a crash would. @throws StageBroken */
  async kill(name: string, step: string): Promise<void> {
    this.#left.push(...(await this.#lives.kill(name, step)))
  }

  /** Starts an actor that was killed: the same as before, with nothing that it knew. @throws StageBroken */
  async startAgain(name: string): Promise<void> {
    await this.#lives.again(name)
    await this.#network?.enforce()
  }

  /** What packets meet with from now on, from one actor to another, or to all others. @throws StageBroken */
  async disturb(from: string, to: string | undefined, conditions: Conditions): Promise<void> {
    const { NetworkFaults } = await import('./docker/network-faults.ts')
    this.#network ??= new NetworkFaults(this.#kit.docker!, () => this.#lives.containers, this.#signal)
    const others = this.plan.actors.map(({ name }) => name).filter((name) => name !== from)
    await this.#network.set(from, to === undefined ? others : [to], conditions)
  }

  /**
   * Stops every actor and closes every listener and process, whatever happened before. Does not throw.
   *
   * @returns what was recorded since the last take(), as far as its actors still live
   */
  async close(): Promise<Observed[]> {
    this.#lives.close()
    await stopCast(this.#members)
    const taken = await this.salvage()
    await closeCast(this.#members)
    this.#keys.giveBack()
    return taken
  }

  /**
   * Gives an actor a new certificate in the place of each that it has, or of the one from `from`.
   *
   * @throws StageBroken when it has none, or does not take it
   */
  async renew(name: string, step: string, { from, sameKey, profile }: Renewal): Promise<IssuedCertificate[]> {
    const actor = this.actor(name)
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
        this.record.issued.push(issued)
        if (revoked) this.record.revoked.push({ ...revoked, step })
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
  async renewDue(at: Date): Promise<string[]> {
    const renewed: string[] = []
    for (const { member, certificate } of this.#enrolled) {
      // Some have one that they never show.
      if (!member.actor.actions['credential/replace']) continue
      const { from } = certificate
      const { name } = member.plan
      const last = this.record.issued.findLast((one) => one.actor === name && one.from === from)
      if (!last || !runsOut(Buffer.from(last.chain[0]!, 'base64'), this.#now(at))) continue
      await this.renew(name, BEFORE, { from, sameKey: true })
      renewed.push(`UDAP certificate of ${name} from ${from}`)
    }
    if (this.#tls && isDue(this.#tls.chain, at)) {
      this.#tls = (await lastingTls(this.#served(), this.#kit, at))!
      for (const { place, serving } of this.#served()) if (!serving?.tls) place!.setTls?.(this.#tls)
      renewed.push('TLS certificate')
    }
    for (const { plan, place, serving } of this.#served()) {
      if (!serving?.tls || !plan.serve?.tls) continue
      const now = readTls(plan.serve.tls)
      if (now.chain === serving.tls.chain) continue
      serving.tls = now
      place!.setTls?.(now)
      renewed.push(`TLS certificate of ${plan.name}, from ${plan.serve.tls.certificate}`)
    }
    return renewed
  }

  /** No more connections are taken; what goes on goes on. */
  drain(): void {
    for (const { place } of this.#members) place?.drain?.()
  }

  async #startAuthorities(): Promise<Map<string, Authority>> {
    const members = this.#members.filter(isAuthority)
    const tls = { roots: this.#tlsRoots() }
    const started = await all(
      members.map((member) => this.#start(member, { credentials: [], anchors: [], tls })),
    )
    const authorities = new Map(started.map((actor) => [actor.name, authorityOf(actor)]))
    await crossSign(members, authorities)
    return authorities
  }

  async #startOthers(authorities: Map<string, Authority>): Promise<void> {
    const members = this.#served()
    const certificate = await lastingTls(members, this.#kit)
    this.#tls = certificate
    const faults = [...this.plan.actors, ...this.plan.steps].flatMap((one) => one.faults)
    const otherName = await issueOtherName(faults, this.#kit.tlsRoot)
    const roots = this.#tlsRoots()
    await all(
      members.map(async (member) => {
        const anchors = anchorsOf(member, this.#members, authorities)
        for (const { community, certificates } of anchors) {
          this.record.actors[member.plan.name]!.anchors[community] = certificates
        }
        const enrolled = await this.#enrol(member, authorities)
        const credentials = offeredOutside(enrolled, this.#members, authorities)
        const shown = member.serving?.tls ?? certificate
        const own =
          shown && servesHttps(member) ? { certificate: shown, ...(otherName && { otherName }) } : {}
        const tls = { roots, ...own }
        await this.#start(member, { credentials, anchors, tls })
      }),
    )
    // Side by side they finish in any order; the record keeps the plan's.
    const order = this.plan.actors.map((actor) => actor.name)
    this.record.issued.sort((a, b) => order.indexOf(a.actor) - order.indexOf(b.actor))
  }

  async #enrol(member: Member, authorities: Map<string, Authority>): Promise<Credential[]> {
    const { name, certificates, own } = member.plan
    if (own) {
      const community = communityOf(member.plan, this.#members, authorities)
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
    this.record.issued.push(...enrolled.map(({ issued }) => issued))
    this.record.revoked.push(...enrolled.flatMap(({ revoked }) => revoked ?? []))
    return enrolled.flatMap(({ credentials }) => credentials)
  }

  async #start(member: Member, own: Pick<Context, 'credentials' | 'anchors' | 'tls'>): Promise<StartedActor> {
    const { plan, record } = this
    const scene = { plan, record, members: this.#members, kit: this.#kit }
    const keys = await this.#keysOf(member)
    return this.#lives.begin(member, contextOf(member, scene, { ...own, ...keys }))
  }

  /** Of an authority that lasts its own, else as many as its kind needs. */
  async #keysOf({ actor, plan }: Member): Promise<Pick<Context, 'keys'>> {
    if (plan.authority !== undefined) {
      const { root, intermediate } = openAuthority(plan.authority)
      return { keys: [root.key, intermediate.key] }
    }
    return { keys: await all(actor.keys.map((algorithm, i) => this.#key(`${plan.name}/${i}`, algorithm))) }
  }

  #key(whose: string, algorithm: string): Promise<string> {
    const key = `key/${whose}/${algorithm}`
    return lasting(this.#kit.state, key, () => this.#keys.borrow(algorithm as KeyAlgorithm))
  }

  /** The scenario's time. */
  #now(at = new Date()): Date {
    const { clockChanges, clockOffsetMs } = this.record
    return new Date(at.getTime() + (clockChanges.at(-1)?.offsetMs ?? clockOffsetMs))
  }

  /** All but certificate authorities. */
  #served(): Member[] {
    return this.#members.filter((member) => member.place && !isAuthority(member))
  }

  #tlsRoots(): string[] {
    return [this.#kit.tlsRoot.certificate, ...(this.plan.tlsRoots ?? [])]
  }

  #recorders(): (() => Promise<Observed[]>)[] {
    return this.#members.flatMap(({ plan, place }) =>
      place && !this.#lives.isDead(plan.name) ? () => place.take() : [],
    )
  }
}

const isAuthority = ({ actor, place, plan }: Member): boolean =>
  place !== undefined && !isObserved(plan.place) && actor.kind === 'certificate-authority'
