/** The JSON Schemas of schema/, which editors and other tools load; `node harness/schemas.ts` writes them. */
import { writeFileSync } from 'node:fs'
import { PlanSchema } from './plan/plan.ts'
import { ScenarioSchema } from './plan/schema.ts'
import { ResultSchema } from './result.ts'
import { HalfHopSchema, StageSchema } from './trace/trace.ts'

const $schema = 'http://json-schema.org/draft-07/schema#'

export const schemas = {
  scenario: ScenarioSchema,
  plan: { $schema, title: 'udap-testbed plan', ...PlanSchema },
  trace: { $schema, title: 'udap-testbed trace: one line of trace.jsonl', ...HalfHopSchema },
  stage: { $schema, title: 'udap-testbed stage', ...StageSchema },
  result: { $schema, title: 'udap-testbed result', ...ResultSchema },
}

/** File name under schema/ to its text. */
export function publishedSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  )
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(publishedSchemas())) {
    writeFileSync(new URL(`../schema/${name}`, import.meta.url), text)
  }
}
