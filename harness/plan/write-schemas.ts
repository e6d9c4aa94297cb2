/** Writes the JSON Schemas that editors load into schema/: `node harness/plan/write-schemas.ts`. */
import { writeFileSync } from 'node:fs'
import { PlanSchema } from './plan.ts'
import { ScenarioSchema } from './schema.ts'

const draft = 'http://json-schema.org/draft-07/schema#'

/** File name under schema/ to its text. */
export function publishedSchemas(): Record<string, string> {
  const schemas = {
    'scenario.schema.json': ScenarioSchema,
    'plan.schema.json': { $schema: draft, title: 'udap-testbed plan', ...PlanSchema },
  }
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]),
  )
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(publishedSchemas())) {
    writeFileSync(new URL(`../../schema/${name}`, import.meta.url), text)
  }
}
