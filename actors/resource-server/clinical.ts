/** What a FHIR server with patients' records has: each type to read and to search, and `$match`. */
import type { Runtime } from '../runtime.ts'
import { describeType } from './capability-statement.ts'
import type { Resources } from './create.ts'
import { type DataSet, resourceTypes } from './data.ts'
import type { Guard } from './guard.ts'
import { matchDescribed, matchPaths } from './match-operation.ts'
import { recordPaths } from './records.ts'

export const clinical =
  (runtime: Runtime, data: DataSet) =>
  (guard: Guard): Resources => ({
    paths: {
      ...recordPaths(runtime, guard, { types: resourceTypes, data }),
      ...matchPaths(runtime, guard, data),
    },
    described: describeClinical(),
  })

export const describeClinical = () =>
  resourceTypes.map((type) =>
    describeType(type, ['read', 'search-type'], type === 'Patient' ? { operation: [matchDescribed] } : {}),
  )
