/** http/repeat: sends a request of an earlier step again. The run finds the request, any actor can send it. */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionEntry } from './catalogue.ts'
import { hasExpression } from './expression.ts'
import type { FlatStep } from './parts.ts'
import type { Visible } from './run-paths.ts'
import { report, reportUnknown, type Work, within } from './work.ts'

export const repeatName = 'http/repeat'

const closed = { additionalProperties: false }

export const repeatAction: ActionEntry = {
  with: Type.Object(
    {
      of: Type.Union(
        [
          Type.String({ description: 'The step: the request behind its answer.' }),
          Type.Object(
            {
              step: Type.String({ description: 'The step.' }),
              path: Type.String({
                pattern: '^/',
                description: "Path of the URL: the first such request of the step's actor.",
              }),
            },
            closed,
          ),
        ],
        { description: 'Which request: an earlier step, or step and path.' },
      ),
      times: Type.Integer({ minimum: 1, maximum: 1000, default: 1, description: 'How often.' }),
      atOnce: Type.Boolean({ default: false, description: 'All at the same time, not one after the other.' }),
    },
    { ...closed, required: ['of'] },
  ),
  links: {},
  outputs: {
    statuses: 'HTTP status of each answer in the order of sending, null where none came.',
    ok: 'How many of them were 2xx.',
  },
}

/** The step whose request is repeated, by its id in the plan; undefined when there is none, which is noted. */
export function repeatedStep(
  { id, entry, spot }: FlatStep,
  visible: Visible,
  work: Work,
): string | undefined {
  const { of } = (entry.with ?? {}) as JsonObject
  const isLong = typeof of === 'object' && of !== null && !Array.isArray(of)
  const name = isLong ? of.step : of
  // What is no text is a mistake that the schema of with tells.
  if (typeof name !== 'string') return undefined
  const here = isLong ? within(spot, 'with', 'of', 'step') : within(spot, 'with', 'of')
  const prefix = id.slice(0, id.lastIndexOf('.') + 1)
  const found = prefix + name
  if (visible.doers.has(found)) return found
  if (hasExpression(name)) report(work, here, 'the step must be known before the run', 'write its id')
  else if (visible.later.has(found) && !visible.steps.has(found) && !visible.parts.has(found)) {
    report(work, here, `step ${name} comes later; only what was sent before can be repeated`)
  } else if (visible.steps.has(found)) {
    report(work, here, `step ${name} is done by the testbed and sends no request`)
  } else {
    const own = [...visible.doers.keys()].filter((one) => one.startsWith(prefix))
    reportUnknown(
      work,
      here,
      `there is no step ${name}`,
      name,
      own.map((one) => one.slice(prefix.length)),
    )
  }
  return undefined
}

/** The input with the step under its id in the plan. */
export function withStep(input: JsonObject, step: string): JsonObject {
  const { of } = input
  return { ...input, of: typeof of === 'object' ? { ...of, step } : step }
}
