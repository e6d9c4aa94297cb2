/** A fault without a name, for experiments: what a scenario wants changed in one artifact. */
import { setTimeout as wait } from 'node:timers/promises'
import { isObject, type JsonObject } from '../wire/json.ts'
import { exchange } from './exchange.ts'
import type { FaultKit } from './make.ts'
import { resign } from './resign.ts'
import { memberOf, setAt } from './spoil.ts'

export interface Change {
  artifact: string
  /** Path, such as `claims.exp` or `udap`, to the value that it gets. */
  set?: JsonObject
  /** The same, only where there is a value already. */
  replace?: JsonObject
  /** Paths that are taken away. */
  remove?: string[]
  /** A JWT is signed anew. */
  sign?: { with: 'another-key' | 'another-certificate'; alg?: string }
  /** It is held back so long, of real time. */
  delayMs?: number
  /** The connection that it would be the answer on ends instead. */
  drop?: true
}

/** Before it is signed or encoded. */
export function changeDraft<Draft>({ set = {}, replace = {}, remove = [] }: Change, draft: Draft): Draft {
  if (!isObject(draft)) return draft
  for (const path of remove) setAt(draft, path.split('.'), undefined)
  for (const [path, value] of Object.entries(set)) setAt(draft, path.split('.'), value)
  for (const [path, value] of Object.entries(replace)) {
    const names = path.split('.')
    if (names.reduce<unknown>(memberOf, draft) !== undefined) setAt(draft, names, value)
  }
  return draft
}

/** @returns whether anything was done to it besides, and what it is then */
export async function changeEncoded<Encoded>(
  { sign, delayMs, drop }: Change,
  encoded: Encoded,
  { nowS }: FaultKit,
): Promise<{ done: boolean; encoded: Encoded }> {
  const signed = sign && typeof encoded === 'string' ? await resign(encoded, sign, nowS) : encoded
  if (delayMs !== undefined) await wait(delayMs)
  const hangUp = drop ? exchange.getStore()?.hangUp : undefined
  hangUp?.()
  const done = signed !== encoded || delayMs !== undefined || hangUp !== undefined
  return { done, encoded: signed as Encoded }
}
