/** GET below a FHIR base URL with the access token as Bearer (RFC 6750 2.1). */
import type { CallResponse } from '../call.ts'
import { accessToken, type Client, type Target } from './client.ts'

export function get({ runtime }: Client, target: Target, relative: string): Promise<CallResponse> {
  return runtime.call({
    url: `${target.peer.url}/${relative}`,
    headers: { authorization: `Bearer ${accessToken(target)}`, accept: 'application/fhir+json' },
  })
}
