/** The JSON Schemas of schema/, which editors and other tools load; `node harness/schemas.ts` writes them. */
import { writeFileSync } from 'node:fs'
import { CommunityFile } from '../spec/community-schema.ts'
import { TestbedFile } from './config/schema.ts'
import type { Catalogue } from './plan/catalogue.ts'
import { PlanSchema } from './plan/plan.ts'
import { editorSchema } from './plan/schema-editor.ts'
import { ResultSchema } from './result.ts'
import { HalfHopSchema, StageSchema } from './trace/trace.ts'

const $schema = 'http://json-schema.org/draft-07/schema#'

export const schemas = {
  testbed: { $schema, title: 'udap-testbed testbed.yaml', ...TestbedFile },
  community: { $schema, title: 'udap-testbed definition of a trust community', ...CommunityFile },
  plan: { $schema, title: 'udap-testbed plan', ...PlanSchema },
  trace: { $schema, title: 'udap-testbed trace: one line of trace.jsonl', ...HalfHopSchema },
  stage: { $schema, title: 'udap-testbed stage', ...StageSchema },
  result: { $schema, title: 'udap-testbed result', ...ResultSchema },
}

/** File name under schema/ to its text. */
export function publishedSchemas(catalogue: Catalogue): Record<string, string> {
  const all = { scenario: editorSchema(catalogue), ...schemas }
  return Object.fromEntries(
    Object.entries(all).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  )
}

if (import.meta.main) {
  // What a scenario may name is known at the composition root only.
  const { catalogue } = await import('./testbed.ts')
  for (const [name, text] of Object.entries(publishedSchemas(await catalogue()))) {
    writeFileSync(new URL(`../schema/${name}`, import.meta.url), text)
  }
}
