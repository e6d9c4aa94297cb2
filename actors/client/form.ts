/** Requests whose body is a form (RFC 6749 3.2, RFC 7009 2.1, RFC 7662 2.1). */
import type { CallRequest } from '../call.ts'
import type { Artifact } from '../make.ts'
import type { Runtime } from '../runtime.ts'

/** All of the request but where it goes. */
export function formPost(
  { make }: Runtime,
  artifact: Artifact & `${string}-request`,
  form: Record<string, string>,
): Promise<Omit<CallRequest, 'url'>> {
  return make(artifact, form, (fields) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
  }))
}
