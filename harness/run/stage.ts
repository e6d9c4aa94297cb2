/** The start of a case: addresses, enrolment, every actor started with its context. Who opens closes. */

import type { ActionSpec, Context, StartedActor } from '../../actors/actor.ts'
import type { Observed } from '../../wire/hop.ts'
import { isObserved } from '../plan/place.ts'
import type { PlanCase, PlanStep } from '../plan/plan.ts'
import type { IssuedCertificate, StageCase } from '../trace/trace.ts'
import { anchorsOf, offeredOutside } from './anchors.ts'
import { all, bounded } from './bounded.ts'
import { closeCast, type Member, openCast, stopCast } from './cast.ts'
import { Certificates, type Renewal } from './certificates.ts'
import { contextOf } from './context.ts'
import type { Conditions, NetworkFaults } from './docker/network-faults.ts'
import { type Authority, authorityOf, crossSign, issueOtherName, servesHttps } from './enrol.ts'
import { Sent } from './http-repeat.ts'
import type { RunKit } from './kit.ts'
import { Lives } from './lives.ts'
import { stageActorOf } from './stage-actor.ts'
import { survived } from './survived.ts'

/** The actors of one case, started. */
export class Stage {
  readonly plan: PlanCase
  readonly record: StageCase
  readonly sent: Sent
  readonly #kit: RunKit
  readonly #signal: AbortSignal | undefined
  readonly #certificates: Certificates
  readonly #lives: Lives
  /** What those who were killed had recorded. */
  readonly #left: Observed[] = []
  #network: NetworkFaults | undefined
  #members: Member[] = []
  /** Wakes who waits for something to be recorded. */
  #heard = () => {}

  /** @param record is filled as the stage learns more: facts, issued certificates, fired faults */
  constructor(plan: PlanCase, record: StageCase, kit: RunKit, signal: AbortSignal | undefined) {
    this.plan = plan
    this.record = record
    this.#kit = kit
    this.#signal = signal
    this.sent = new Sent(plan)
    this.#lives = new Lives(record, signal)
    this.#certificates = new Certificates(record, kit, this.#lives)
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
    this.#certificates.giveBack()
    return taken
  }

  /** Gives an actor a new certificate in the place of each that it has. @throws StageBroken */
  renew(name: string, step: string, renewal: Renewal): Promise<IssuedCertificate[]> {
    return this.#certificates.renew(this.actor(name), step, renewal)
  }

  /** Renews what runs out. @returns whose, in words @throws StageBroken, Unusable */
  renewDue(at: Date): Promise<string[]> {
    return this.#certificates.renewDue(this.#served(), at)
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
    const certificate = await this.#certificates.forTls(members)
    const faults = [...this.plan.actors, ...this.plan.steps].flatMap((one) => one.faults)
    const otherName = await issueOtherName(faults, this.#kit.tlsRoot)
    const roots = this.#tlsRoots()
    await all(
      members.map(async (member) => {
        const anchors = anchorsOf(member, this.#members, authorities)
        for (const { community, certificates } of anchors) {
          this.record.actors[member.plan.name]!.anchors[community] = certificates
        }
        const enrolled = await this.#certificates.enrol(member, this.#members, authorities)
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

  async #start(member: Member, own: Pick<Context, 'credentials' | 'anchors' | 'tls'>): Promise<StartedActor> {
    const { plan, record } = this
    const scene = { plan, record, members: this.#members, kit: this.#kit }
    const keys = await this.#certificates.keysOf(member)
    return this.#lives.begin(member, contextOf(member, scene, { ...own, ...keys }))
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
