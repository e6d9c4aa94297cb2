/** Makes faults from what is wrong, so that a fault reads as one row: name, rules, the values that it sets. */
import type { RuleId } from '../spec/types.ts'
import { isObject, type Json } from '../wire/json.ts'
import { decodeJwt, type Jwt } from '../wire/jwt.ts'
import type { Artifact, Fault, FaultKit } from './make.ts'

/** A value, or how it follows from the value before and from the whole draft; `undefined` takes it away. */
export type Wrong = unknown | ((before: never, draft: never, kit: FaultKit) => unknown)

export interface Row {
  mutation: string
  title: string
  /** Rules that whoever sends it breaks. */
  breaks: RuleId[]
  /** Rules of whoever receives it that it puts to the test. */
  tests?: RuleId[]
}

/** Sets paths of the draft, for example `claims.exp`, and touches nothing else. */
export function spoilt(artifact: Artifact, row: Row & { set: Record<string, Wrong> }): Fault {
  const { mutation, title, breaks, tests, set } = row
  return {
    name: `${artifact}/${mutation}`,
    artifact,
    title,
    on: 'draft',
    scope: 'step',
    touches: Object.keys(set),
    breaks,
    ...(tests && { tests }),
    change(draft: object, kit) {
      // Each follows from the draft as it was, whatever their order.
      const before = structuredClone(draft)
      for (const [path, wrong] of Object.entries(set)) {
        const names = path.split('.')
        const old = names.reduce<unknown>(memberOf, before)
        setAt(draft, names, typeof wrong === 'function' ? wrong(old, before, kit) : wrong)
      }
      return draft
    },
  }
}

/** Changes the encoded form. `touches` are paths of what is read from it: of a JWT also `signature`; '' is all. */
export function spoiltText(
  artifact: Artifact,
  row: Row & { touches: string[]; change: (text: string) => string },
): Fault {
  const { mutation, title, breaks, tests, touches, change } = row
  return {
    name: `${artifact}/${mutation}`,
    artifact,
    title,
    on: 'encoded',
    scope: 'step',
    touches,
    breaks,
    ...(tests && { tests }),
    change: (text: string) => change(text),
  }
}

/** A change of the parts of a JWT after it was signed. */
export const onJwt =
  (change: (jwt: Jwt) => string) =>
  (text: string): string => {
    const jwt = decodeJwt(text)
    // What another fault has left no JWT stays as it is: then this one does not fire.
    return jwt ? change(jwt) : text
  }

/** A parent that is not there stays away: nothing is there to be spoilt. */
export function setAt(draft: object, path: string[], value: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>(memberOf, draft)
  if (!isObject(parent)) return
  const name = path.at(-1)!
  if (value === undefined) delete parent[name]
  else parent[name] = value as Json
}

export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
