/** The key set that client assertions may name (guide 7.6, experimental). */
import type { RuleId } from '../../../spec/types.ts'
import { isObject, type Json, type JsonObject } from '../../../wire/json.ts'
import { spoilt } from '../../spoil.ts'

const breaks: RuleId[] = ['gen-059']

const row = (mutation: string, title: string, change: (key: JsonObject) => JsonObject) =>
  spoilt('jwks', {
    mutation,
    title,
    breaks,
    set: { keys: (keys: Json[]) => keys.filter(isObject).map(change) },
  })

export const keySetFaults = [
  row('no-x5c', 'The keys of the client have no x5c.', ({ x5c: _, ...key }) => key),
  row('other-kid', 'The keys of the client have other kids than its assertions.', (key) => ({
    ...key,
    kid: `${key.kid}-other`,
  })),
  row('x5c-leaf-last', 'In the x5c of the keys the leaf comes last.', (key) => ({
    ...key,
    x5c: [key.x5c ?? []].flat().reverse(),
  })),
]
