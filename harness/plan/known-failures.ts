/** Known failures: cases that are known not to pass, each with exactly what breaks in it, and why. */
import { type Static, Type } from 'typebox'
import { readDocument } from './document.ts'
import type { Problem } from './problem.ts'
import { validate } from './validate.ts'

const closed = { additionalProperties: false }

const KnownFailureSchema = Type.Object(
  {
    file: Type.String({ description: 'The scenario file, as a run names it.' }),
    case: Type.String({ description: 'Name of the case, to the letter.' }),
    breaks: Type.Array(Type.String(), {
      minItems: 1,
      description: 'Everything that breaks in it: expectations (register/1) and rules (reg-x04).',
    }),
    reason: Type.String({ minLength: 1, description: 'Why it is known, for whoever reads the list later.' }),
  },
  closed,
)
export type KnownFailure = Static<typeof KnownFailureSchema>

const KnownFailuresSchema = Type.Object(
  {
    known: Type.Array(KnownFailureSchema, {
      description: 'A list; each entry has file, case, breaks and reason.',
    }),
  },
  closed,
)

export function readKnownFailures(
  path: string,
  text: string,
): { known: KnownFailure[] } | { problems: Problem[] } {
  const document = readDocument(path, text)
  if (!('value' in document)) return { problems: [document.problem] }
  const problems = validate(KnownFailuresSchema, document.value, document)
  if (problems.length > 0) return { problems }
  return { known: (document.value as Static<typeof KnownFailuresSchema>).known }
}
