/**
 * A certificate authority that lasts, as an actor of a case: what it issues and revokes is written to its folder before
 * anybody gets it, and what others write there meanwhile it learns.
 */
import type { ActResult, JsonObject, StartedActor } from '../../actors/actor.ts'
import { isStrings } from '../../wire/json.ts'
import type { Authority } from '../pki/authority.ts'
import { issuedEntry } from '../pki/create.ts'
import { follow } from '../pki/follow.ts'
import type { Entry } from '../pki/index-file.ts'

const LEARN_MS = 5_000

export function noting(actor: StartedActor, folder: Authority): StartedActor {
  return {
    ...actor,
    act: async (action, input, timeoutMs) => {
      const done = await actor.act(action, input, timeoutMs)
      folder.note(...entriesOf(action, input, done, folder))
      return done
    },
  }
}

/** @returns ends it */
export function learning(actor: StartedActor, folder: Authority): () => void {
  return follow(folder, folder.entries().length, (more) => {
    // Who is killed meanwhile is told at its next start.
    void actor.act('ca/learn', { ...more }, LEARN_MS).catch(() => {})
  })
}

/** Authorities of faulty profiles die with the case, and what they issued with them. */
function entriesOf(
  action: string,
  input: JsonObject,
  { outputs, stopped }: ActResult,
  folder: Authority,
): Entry[] {
  const { serial, chain, issuer, at, revoked } = outputs
  if (stopped || typeof serial !== 'string') return []
  if (action === 'ca/issue' && isStrings(chain)) {
    if (chain[1] !== folder.intermediate.certificate.toString('base64')) return []
    const issued = issuedEntry(Buffer.from(chain[0]!, 'base64'), 'intermediate')
    return [
      issued,
      ...(revoked ? [revokedBy(issued.issued, 'intermediate', issued.at, 'keyCompromise')] : []),
    ]
  }
  if (action !== 'ca/revoke' || typeof issuer !== 'string' || typeof at !== 'string') return []
  // A case that revokes the intermediate does so for itself: the folder would be of no use any more.
  return issuer === 'intermediate'
    ? [revokedBy(serial, issuer, at, typeof input.reason === 'string' ? input.reason : 'unspecified')]
    : []
}

const revokedBy = (revoked: string, issuer: string, at: string, reason: string): Entry => ({
  revoked,
  issuer,
  at,
  reason,
})
