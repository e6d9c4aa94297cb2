/** Steps of nobody: what `testbed/*` does to the stage. */
import type { Json, JsonObject } from '../../wire/json.ts'
import { durationMs } from '../plan/duration.ts'
import { bitRate } from '../plan/testbed-steps.ts'
import type { Conditions } from './docker/network-faults.ts'
import type { Stage } from './stage.ts'
import { StageBroken } from './stage-broken.ts'

type TestbedAction = (stage: Stage, step: string, input: JsonObject) => Promise<JsonObject>

const REVOKE_MS = 10_000

export const testbedActions: Record<string, TestbedAction> = {
  'testbed/revoke': async (stage, step, input) => {
    const issued = stage.record.issued.filter(
      ({ actor, serial }) => actor === input.actor && (input.serial === undefined || serial === input.serial),
    )
    if (issued.length === 0) {
      const which = input.serial === undefined ? 'no certificate' : `no certificate ${input.serial}`
      throw new StageBroken(`Actor "${input.actor}" has ${which} that could be revoked.`)
    }
    const outputs: JsonObject = {}
    for (const { serial, from } of issued) {
      const ca = stage.actor(from)
      const reason = typeof input.reason === 'string' ? { reason: input.reason } : {}
      // A CRL says the second only: what came before in that second was not revoked yet.
      const now = new Date(Date.now() + clockOf(stage)).toISOString()
      const revoked = await ca.act('ca/revoke', { serial, ...reason }, REVOKE_MS)
      const { at } = revoked.outputs
      if (revoked.stopped || typeof at !== 'string') {
        throw new StageBroken(
          `Actor "${from}" did not revoke ${serial}: ${revoked.stopped?.message ?? 'it said no time.'}`,
          from,
        )
      }
      stage.record.revoked.push({ serial, issuer: from, step, at: now })
      Object.assign(outputs, { serial, at })
    }
    return outputs
  },

  'testbed/renew': async (stage, step, input) => {
    const { actor, from, key, profile } = input
    const before = stage.record.issued.findLast(
      (one) => one.actor === actor && (from === undefined || one.from === from),
    )
    const renewed = await stage.renew(String(actor), step, {
      from: typeof from === 'string' ? from : undefined,
      sameKey: key === 'same',
      profile: typeof profile === 'string' ? profile : undefined,
    })
    return { serial: renewed.at(-1)?.serial ?? '', replaced: before?.serial ?? '' }
  },

  'testbed/advance-clock': async (stage, step, input) => {
    const before = clockOf(stage)
    const offsetMs = before + duration(input.by)
    await stage.setClock(offsetMs)
    stage.record.clockChanges.push({ step, offsetMs })
    return { now: new Date(Date.now() + offsetMs).toISOString() }
  },

  'testbed/kill': async (stage, step, input) => {
    await stage.kill(String(input.actor), step)
    return {}
  },

  'testbed/start': async (stage, _step, input) => {
    await stage.startAgain(String(input.actor))
    return {}
  },

  'testbed/network': async (stage, _step, { from, to, ...conditions }) => {
    await stage.disturb(String(from), to === undefined ? undefined : String(to), conditionsOf(conditions))
    return {}
  },
}

function conditionsOf({ delay, jitter, loss, rate, cut }: JsonObject): Conditions {
  // A value that only the run knows has met no schema.
  if (loss !== undefined && (typeof loss !== 'number' || !(loss > 0 && loss <= 100)))
    throw new StageBroken(`A loss of ${JSON.stringify(loss)} is no percentage; write for example 5.`)
  if (rate !== undefined && !new RegExp(bitRate).test(String(rate)))
    throw new StageBroken(`"${rate}" is no rate; write for example 64kbit or 1mbit.`)
  return {
    ...(delay !== undefined && { delayMs: duration(delay) }),
    ...(jitter !== undefined && { jitterMs: duration(jitter) }),
    ...(loss !== undefined && { loss }),
    ...(rate !== undefined && { rate: String(rate) }),
    ...(cut === true && { cut }),
  }
}

function duration(text: Json | undefined): number {
  const ms = durationMs(String(text))
  if (ms === undefined) throw new StageBroken(`"${text}" is no duration; write for example PT10M or PT0.2S.`)
  return ms
}

/** Scenario time minus real time, in milliseconds. */
const clockOf = ({ record }: Stage): number => record.clockChanges.at(-1)?.offsetMs ?? record.clockOffsetMs
