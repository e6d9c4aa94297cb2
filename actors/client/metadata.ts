/** Fetches the UDAP metadata of a base URL and believes it only when all of it holds (guide 2). */
import type { JsonObject } from '../../wire/json.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import type { CallRequest, CallResponse } from '../call.ts'
import { Refusal } from '../checks.ts'
import { metadataChecks } from '../discovery/metadata-checks.ts'
import type { MetadataSubject } from '../discovery/metadata-subject.ts'
import { signedMetadataChecks } from '../discovery/signed-metadata-checks.ts'
import type { Runtime } from '../runtime.ts'
import type { Trust } from '../trust.ts'
import { checkAnswer, present } from './answer.ts'

export interface Asked {
  /** Base URL of the server, as its signed metadata must repeat it. */
  base: string
  /** The community to ask for; only its anchors count then. Any that is trusted when undefined. */
  community: string | undefined
  trust: Trust
  onMismatch: MetadataSubject['onMismatch']
  /** By what signed_metadata says nobody is held up. */
  lenient?: boolean
}

/** Metadata that passed every check. */
export interface Believed {
  answer: CallResponse
  /** The plain metadata. */
  metadata: JsonObject
  /** Whose anchor vouches for the server; undefined behind a chain check that was skipped or let pass only. */
  community: string | undefined
  /** What does not hold of signed_metadata, where that was let pass. */
  loosened: Refusal[]
  /** Those that are signed (2.3: they win; where they must be equal, a check has seen to it). */
  endpoints: Record<'token_endpoint' | 'registration_endpoint', string> & {
    authorization_endpoint: string | undefined
  }
}

export const believedChecks = [...metadataChecks, ...signedMetadataChecks]

/**
 * Under lenient, whatever of signed_metadata does not hold is kept instead.
 * @throws Refusal by the check that does not believe it, CallFailed without an answer
 */
export async function fetchMetadata(
  runtime: Runtime,
  { base, community, trust, onMismatch, lenient = false }: Asked,
  limits: Pick<CallRequest, 'timeoutMs' | 'maxBytes'> = {},
): Promise<Believed> {
  const query = await runtime.make('metadata-request', present({ community }), queryOf)
  const answer = await runtime.call({
    ...limits,
    url: `${base}${METADATA_PATH}${query}`,
    headers: { accept: 'application/json' },
  })
  const subject: MetadataSubject = {
    trust,
    base,
    asked: community,
    now: runtime.now(),
    parameters: runtime.context.spec.parameters.discovery,
    onMismatch,
    status: answer.status,
    text: answer.text,
    metadata: {},
    header: {},
    claims: {},
    leaf: undefined,
    signed: {},
    community: undefined,
    communities: runtime.context.communities,
  }
  const loosened: Refusal[] = []
  await checkAnswer(runtime, answer, metadataChecks, subject)
  for (const check of signedMetadataChecks) {
    try {
      await checkAnswer(runtime, answer, [check], subject)
    } catch (error) {
      if (!lenient || !(error instanceof Refusal)) throw error
      loosened.push(error)
    }
  }
  const { metadata, signed } = subject
  const { token_endpoint, registration_endpoint, authorization_endpoint } = { ...metadata, ...signed }
  return {
    answer,
    metadata,
    community: subject.community,
    loosened,
    endpoints: {
      token_endpoint: String(token_endpoint),
      registration_endpoint: String(registration_endpoint),
      authorization_endpoint: typeof authorization_endpoint === 'string' ? authorization_endpoint : undefined,
    },
  }
}

function queryOf(parameters: JsonObject): string {
  const query = new URLSearchParams(parameters as Record<string, string>).toString()
  return query === '' ? '' : `?${query}`
}
