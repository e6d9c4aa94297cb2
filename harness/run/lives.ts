/** Who of a case lives: actors are started, killed and started again, with the faults of their whole life. */
import type { ArmId, Context, Credential, Facts, StartedActor } from '../../actors/actor.ts'
import type { Observed } from '../../wire/hop.ts'
import { openAuthority } from '../pki/authority.ts'
import type { StageCase } from '../trace/trace.ts'
import { learning, noting } from './authority-folder.ts'
import type { Member } from './cast.ts'
import { useOf } from './fault-use.ts'
import { guard, guarded } from './guard.ts'
import { StageBroken } from './stage-broken.ts'

const START_MS = 20_000
/** An engine that has much to do takes its time. */
const KILL_MS = 30_000

/** One actor from its first start on. */
interface Life {
  member: Member
  /** What it is told at its next start. */
  context: Context
  /** Absent while it is dead. */
  started?: StartedActor
  /** Of the faults of its whole life. */
  armed?: ArmId
  /** The step that killed it last. */
  killedBy?: string
  /** Of an authority that lasts: ends that it learns from its folder. */
  unfollow?: () => void
}

export class Lives {
  readonly #record: StageCase
  readonly #signal: AbortSignal | undefined
  readonly #lives = new Map<string, Life>()

  /** @param record facts and fired faults are noted in it */
  constructor(record: StageCase, signal: AbortSignal | undefined) {
    this.#record = record
    this.#signal = signal
  }

  /** Those who can be asked something now. */
  get living(): StartedActor[] {
    return [...this.#lives.values()].flatMap(({ started }) => started ?? [])
  }

  /** Their containers, by name: ids of those that are in one of ours. */
  get containers(): Map<string, string> {
    return new Map(
      [...this.#lives].flatMap(([name, { member, started }]) => {
        const id = started && member.place?.container?.()
        return id === undefined ? [] : [[name, id] as const]
      }),
    )
  }

  isDead(name: string): boolean {
    const life = this.#lives.get(name)
    return life !== undefined && !life.started
  }

  /** @throws StageBroken when it is dead, or when there is no such actor here: somebody else runs it */
  actor(name: string): StartedActor {
    const { started, killedBy } = this.#lives.get(name) ?? {}
    if (started) return started
    if (killedBy !== undefined)
      throw new StageBroken(
        `Actor "${name}" was killed by step ${killedBy} and takes no orders until testbed/start.`,
        name,
      )
    throw new StageBroken(`Actor "${name}" is not run by the testbed, so it cannot be told what to do.`, name)
  }

  /** @throws StageBroken */
  async begin(member: Member, context: Context): Promise<StartedActor> {
    const { name, faults } = member.plan
    const life: Life = { member, context }
    const started = await this.#start(life)
    this.#lives.set(name, life)
    this.#record.faults.push(...faults.map(({ inject }) => ({ actor: name, inject, fired: 0 })))
    return started
  }

  /**
   * Ends it at once, as a crash would.
   *
   * @returns what it had recorded, which dies with it
   * @throws StageBroken
   */
  async kill(name: string, step: string): Promise<Observed[]> {
    const started = this.actor(name)
    const life = this.#lives.get(name)!
    const { place } = life.member
    if (!place?.kill) throw new StageBroken(`Actor "${name}" cannot be killed where it runs.`, name)
    await this.#disarm(life)
    const taken = await place.take()
    delete life.started
    life.unfollow?.()
    life.killedBy = step
    await guarded(started.name, 'be killed', KILL_MS, this.#signal, () => place.kill!())
    return taken
  }

  /**
   * Starts it again where it was; it knows what it was told at its start, and its certificates as they are now.
   *
   * @throws StageBroken
   */
  async again(name: string): Promise<void> {
    const life = this.#lives.get(name)
    if (!life || life.started) throw new StageBroken(`Actor "${name}" runs and need not be started.`, name)
    const clockOffsetMs = this.#record.clockChanges.at(-1)?.offsetMs ?? this.#record.clockOffsetMs
    life.context = { ...life.context, clockOffsetMs, life: (life.context.life ?? 1) + 1 }
    await life.member.place!.revive!()
    await this.#start(life)
  }

  /** Notes a new certificate, which its actor has already, for its next start. */
  renewed(name: string, credential: Credential): void {
    const life = this.#lives.get(name)
    if (!life) return
    const { credentials } = life.context
    life.context = {
      ...life.context,
      credentials: credentials.map((one) => (one.community === credential.community ? credential : one)),
    }
  }

  /** Switches off the faults that actors have for their whole life, and notes how often each fired. */
  async disarm(): Promise<void> {
    for (const life of this.#lives.values()) await this.#disarm(life)
  }

  /** What runs beside the actors. */
  close(): void {
    for (const { unfollow } of this.#lives.values()) unfollow?.()
  }

  async #start(life: Life): Promise<StartedActor> {
    const { plan, place } = life.member
    const { name } = plan
    const folder = plan.authority === undefined ? undefined : openAuthority(plan.authority)
    const context = folder ? { ...life.context, authority: folder.record() } : life.context
    const guardedActor = guard(
      await guarded(name, 'start', place?.startMs ?? START_MS, this.#signal, () =>
        place!.start(context, plan.with),
      ),
      this.#signal,
    )
    const started = folder ? noting(guardedActor, folder) : guardedActor
    if (folder) life.unfollow = learning(guardedActor, folder)
    this.#record.actors[name]!.facts = plan.password ? withoutPassword(started.facts) : started.facts
    life.started = started
    if (plan.faults.length > 0) life.armed = await started.arm(plan.faults.map(useOf))
    return started
  }

  async #disarm(life: Life): Promise<void> {
    const { started, armed, member } = life
    if (!started || armed === undefined) return
    delete life.armed
    const fired = await started.disarm(armed)
    for (const fault of this.#record.faults) {
      if (fault.actor === member.plan.name)
        fault.fired += fired.filter((one) => one.fault === fault.inject).length
    }
  }
}

/** One of their own, which testbed.yaml only points to. */
function withoutPassword({ password: _, ...facts }: Facts): Facts {
  return facts
}
