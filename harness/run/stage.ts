/** The start of a case: addresses, enrolment, every actor started with its context. Who opens closes. */

import type { ArmId, Context, Credential, StartedActor } from '../../actors/actor.ts'
import type { KeyAlgorithm } from '../../certs/keys.ts'
import type { Observed } from '../../wire/hop.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { IssuedCertificate, StageCase } from '../trace/trace.ts'
import { all } from './bounded.ts'
import { closeCast, type Member, openCast, peersOf, stopCast } from './cast.ts'
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
import { useOf } from './fault-use.ts'
import { guard, guarded } from './guard.ts'
import { Sent } from './http-repeat.ts'
import type { RunKit } from './kit.ts'
import { peopleFor, titleOf } from './people.ts'
import { StageBroken } from './stage-broken.ts'

const START_MS = 20_000

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
  readonly started = new Map<string, StartedActor>()
  readonly sent: Sent
  readonly #kit: RunKit
  readonly #signal: AbortSignal | undefined
  readonly #keys: BorrowedKeys
  readonly #arms: { actor: string; id: ArmId }[] = []
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
  }

  /** @throws StageBroken naming the actor; call close() then too */
  async open(): Promise<void> {
    this.#members = await openCast(this.plan, this.#kit, this.#signal)
    for (const member of this.#members) this.#note(member)
    const authorities = await this.#startAuthorities()
    await this.#startOthers(authorities)
  }

  /** @throws StageBroken when there is no such actor here: somebody else runs it */
  actor(name: string): StartedActor {
    const started = this.started.get(name)
    if (!started)
      throw new StageBroken(
        `Actor "${name}" is not run by the testbed, so it cannot be told what to do.`,
        name,
      )
    return started
  }

  /** Everything recorded since the last call, actor by actor. */
  async take(): Promise<Observed[]> {
    return (await all(this.#members.map((member) => member.place?.take() ?? []))).flat()
  }

  /** As take(), as far as the actors still live. Does not throw. */
  async salvage(): Promise<Observed[]> {
    const taken = await Promise.allSettled(this.#members.map((member) => member.place?.take() ?? []))
    return taken.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  }

  /**
   * Resolves when no actor has an open hop, so that every half of the step is recorded. Twice, because one that
   * had none may have been asked by another that still had one.
   */
  async settled(): Promise<void> {
    for (let round = 0; round < 2; round++)
      await all([...this.started.values()].map((actor) => actor.settled()))
  }

  /** Sets everybody's clock. */
  async setClock(offsetMs: number): Promise<void> {
    await all([...this.started.values()].map((actor) => actor.setClock(offsetMs)))
  }

  /** Switches off the faults that actors had for their whole life, and notes how often each fired. */
  async disarm(): Promise<void> {
    for (const { actor, id } of this.#arms.splice(0)) {
      const fired = (await this.started.get(actor)?.disarm(id)) ?? []
      for (const fault of this.record.faults) {
        if (fault.actor === actor) fault.fired = fired.filter((one) => one.fault === fault.inject).length
      }
    }
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
        const { issued, revoked } = await renewUdap(one, actor, profile)
        this.record.issued.push(issued)
        if (revoked) this.record.revoked.push({ ...revoked, step })
        return issued
      }),
    )
  }

  #note({ plan, url, endpoints }: Member): void {
    this.record.actors[plan.name] = {
      kind: plan.kind,
      place: typeof plan.place === 'string' ? plan.place : plan.place.url,
      url,
      spec: plan.spec,
      endpoints,
      links: plan.links,
      anchors: {},
      policy: plan.policy,
      facts: {},
    }
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
    const { plan, actor, place, url } = member
    const context: Context = {
      case: this.plan.id,
      name: plan.name,
      title: titleOf(plan),
      kind: actor.kind,
      url,
      peers: peersOf(this.#members),
      people: peopleFor(plan, this.plan),
      ...own,
      keys: await all(actor.keys.map((algorithm) => this.#keys.borrow(algorithm as KeyAlgorithm))),
      spec: { version: plan.spec, parameters: this.#parametersOf(plan.spec, plan.name) },
      policy: plan.policy,
      clockOffsetMs: this.record.clockOffsetMs,
      seed: this.plan.seed,
      addresses: {},
      ...(this.#kit.folder === undefined ? {} : { folder: this.#kit.folder }),
    }
    const started = guard(
      await guarded(plan.name, 'start', START_MS, this.#signal, () => place!.start(context, plan.with)),
      this.#signal,
    )
    this.started.set(plan.name, started)
    this.record.actors[plan.name]!.facts = started.facts
    await this.#arm(member, started)
    return started
  }

  async #arm({ plan }: Member, started: StartedActor): Promise<void> {
    if (plan.faults.length === 0) return
    for (const { inject } of plan.faults) this.record.faults.push({ actor: plan.name, inject, fired: 0 })
    const id = await started.arm(plan.faults.map(useOf))
    this.#arms.push({ actor: plan.name, id })
  }

  #parametersOf(version: string, actor: string): Context['spec']['parameters'] {
    const found = this.#kit.versions[version]
    if (!found)
      throw new StageBroken(`Actor "${actor}" shall follow version ${version}, which is not known.`, actor)
    return found.parameters
  }
}

const isAuthority = ({ actor, place }: Member): boolean =>
  place !== undefined && actor.kind === 'certificate-authority'
