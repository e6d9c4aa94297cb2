/** The start of a case: addresses, enrolment, every actor started with its context. Who opens closes. */

import type { Context, Credential, StartedActor } from '../../actors/actor.ts'
import type { KeyAlgorithm } from '../../certs/keys.ts'
import type { Observed } from '../../wire/hop.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { IssuedCertificate, StageCase } from '../trace/trace.ts'
import { all } from './bounded.ts'
import { closeCast, type Member, openCast, stopCast } from './cast.ts'
import { contextOf } from './context.ts'
import type { Conditions, NetworkFaults } from './docker/network-faults.ts'
import {
  type Authority,
  anchorsOf,
  authorityOf,
  BorrowedKeys,
  crossSign,
  type Enrolled,
  issueOtherName,
  issueTls,
  issueUdap,
  renewUdap,
  servesHttps,
} from './enrol.ts'
import { Sent } from './http-repeat.ts'
import type { RunKit } from './kit.ts'
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
        const { credentials, issued, revoked } = await renewUdap(one, actor, profile)
        for (const credential of credentials) this.#lives.renewed(name, credential)
        this.record.issued.push(issued)
        if (revoked) this.record.revoked.push({ ...revoked, step })
        return issued
      }),
    )
  }

  async #startAuthorities(): Promise<Map<string, Authority>> {
    const members = this.#members.filter(isAuthority)
    const tls = { roots: [this.#kit.tlsRoot.certificate] }
    const started = await all(
      members.map((member) => this.#start(member, { credentials: [], anchors: [], tls })),
    )
    const authorities = new Map(started.map((actor) => [actor.name, authorityOf(actor)]))
    await crossSign(members, authorities)
    return authorities
  }

  async #startOthers(authorities: Map<string, Authority>): Promise<void> {
    const members = this.#members.filter((member) => member.place && !isAuthority(member))
    const certificate = await issueTls(members, this.#kit.tlsRoot)
    const faults = [...this.plan.actors, ...this.plan.steps].flatMap((one) => one.faults)
    const otherName = await issueOtherName(faults, this.#kit.tlsRoot)
    const roots = [this.#kit.tlsRoot.certificate]
    await all(
      members.map(async (member) => {
        const anchors = anchorsOf(member, authorities)
        for (const { community, certificates } of anchors) {
          this.record.actors[member.plan.name]!.anchors[community] = certificates
        }
        const credentials = await this.#enrol(member, authorities)
        const own = certificate && servesHttps(member) ? { certificate, ...(otherName && { otherName }) } : {}
        const tls = { roots, ...own }
        await this.#start(member, { credentials, anchors, tls })
      }),
    )
    // Side by side they finish in any order; the record keeps the plan's.
    const order = this.plan.actors.map((actor) => actor.name)
    this.record.issued.sort((a, b) => order.indexOf(a.actor) - order.indexOf(b.actor))
  }

  async #enrol(member: Member, authorities: Map<string, Authority>): Promise<Credential[]> {
    const { name, certificates } = member.plan
    const enrolled = await all(
      certificates.map(async (certificate) => {
        const { from, key: algorithm, profile } = certificate
        const authority = authorities.get(from)
        if (!authority) {
          const why = `"${from}" is not started here, so it cannot issue one.`
          throw new StageBroken(`Actor "${name}" has no certificate: ${why}`, from)
        }
        const key = await this.#keys.borrow(algorithm as KeyAlgorithm)
        this.#enrolled.push({ member, authority, certificate, key })
        return issueUdap(member, authority, key, profile)
      }),
    )
    this.record.issued.push(...enrolled.map(({ issued }) => issued))
    this.record.revoked.push(...enrolled.flatMap(({ revoked }) => revoked ?? []))
    return enrolled.flatMap(({ credentials }) => credentials)
  }

  async #start(member: Member, own: Pick<Context, 'credentials' | 'anchors' | 'tls'>): Promise<StartedActor> {
    const keys = await all(member.actor.keys.map((algorithm) => this.#keys.borrow(algorithm as KeyAlgorithm)))
    const { plan, record } = this
    const scene = { plan, record, members: this.#members, kit: this.#kit }
    return this.#lives.begin(member, contextOf(member, scene, { ...own, keys }))
  }

  #recorders(): (() => Promise<Observed[]>)[] {
    return this.#members.flatMap(({ plan, place }) =>
      place && !this.#lives.isDead(plan.name) ? () => place.take() : [],
    )
  }
}

const isAuthority = ({ actor, place }: Member): boolean =>
  place !== undefined && actor.kind === 'certificate-authority'
