/** Of all that ajv says, what the author got wrong: of a choice of schemas only the one that was meant. */
import type { ErrorObject } from 'ajv'

/** `isPending` tells errors about values that are not known yet; they are dropped. */
export function fold(errors: ErrorObject[], isPending: (error: ErrorObject) => boolean): ErrorObject[] {
  let left = errors.filter((error) => !isPending(error))
  // ajv lists a choice after what is wrong inside it, so the innermost choice is folded first.
  for (const choice of errors) {
    if (choice.keyword === 'anyOf') left = foldAnyOf(choice, left, errors)
    if (choice.keyword === 'oneOf') left = foldOneOf(choice, left)
  }
  return left
}

/** Errors of the choice's branches about the value itself, not about its parts. */
function branchOf(error: ErrorObject, choice: ErrorObject): number | undefined {
  if (error.instancePath !== choice.instancePath) return undefined
  const prefix = `${choice.schemaPath}/`
  if (!error.schemaPath.startsWith(prefix)) return undefined
  return Number(error.schemaPath.slice(prefix.length).split('/')[0])
}

function foldAnyOf(choice: ErrorObject, left: ErrorObject[], all: ErrorObject[]): ErrorObject[] {
  const end = all.indexOf(choice)
  const isPart = (error: ErrorObject) =>
    error.instancePath.startsWith(`${choice.instancePath}/`) && all.indexOf(error) < end
  const meant = meantBranch(choice)
  const kept = left.filter((error) => {
    if (error === choice) return meant === undefined
    const branch = branchOf(error, choice)
    if (branch !== undefined) return branch === meant
    return meant !== undefined || !isPart(error)
  })
  return kept
}

interface Branch {
  type?: string
  enum?: unknown[]
  const?: unknown
  pattern?: string
  properties?: object
  anyOf?: unknown
}

/** The branch whose type the value has; among objects the one that knows most of its keys. */
function meantBranch(choice: ErrorObject): number | undefined {
  const data: unknown = choice.data
  const known = (branch: Branch) =>
    typeof data === 'object' && data !== null
      ? Object.keys(data).filter((key) => Object.hasOwn(branch.properties ?? {}, key)).length
      : 0
  const fitting = (choice.schema as Branch[])
    .map((branch, index) => ({ branch, index }))
    .filter(({ branch }) => fits(branch, data))
  return fitting.sort((a, b) => known(b.branch) - known(a.branch))[0]?.index
}

function fits(branch: Branch, data: unknown): boolean {
  switch (branch.type) {
    case 'array':
      return Array.isArray(data)
    case 'object':
      return typeof data === 'object' && data !== null && !Array.isArray(data)
    case 'integer':
    case 'number':
      return typeof data === 'number'
    case 'string':
      // A text that is only wrong in its form may as well be a wrong word: the choice says it better.
      return typeof data === 'string' && branch.pattern === undefined
    default:
      return false
  }
}

/** A choice of keys: what is missing from each branch says nothing; an unknown key says more than the choice. */
function foldOneOf(choice: ErrorObject, left: ErrorObject[]): ErrorObject[] {
  const misspelt = left.some(
    ({ keyword, instancePath }) => keyword === 'additionalProperties' && instancePath === choice.instancePath,
  )
  return left.filter((error) => {
    if (error === choice) return !misspelt
    return branchOf(error, choice) === undefined
  })
}
