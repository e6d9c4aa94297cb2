/** A request in a form, by who authenticates with a client assertion, and the checks of its outer shape. */
import type { FastifyRequest } from 'fastify'
import type { RuleId } from '../../spec/types.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { type Check, Refusal } from '../checks.ts'
import { type JwtSubject, signedJwt } from './jwt.ts'
import { formText, mediaType, parametersOf } from './request.ts'
import type { Server } from './server.ts'

/** One such request while it is checked. */
export interface FormRequest extends JwtSubject {
  mediaType: string
  authorization: string | undefined
  /** Parameters with a value, the first one of each name (RFC 6749 3.2: without a value is as if omitted). */
  form: Map<string, string>
  /** Names that came more than once. */
  repeated: Set<string>
}

export function formRequest(server: Server, request: FastifyRequest): FormRequest {
  const { parameters: form, repeated } = parametersOf(formText(request))
  return {
    server,
    mediaType: mediaType(request),
    authorization: request.headers.authorization,
    form,
    repeated,
    jwt: signedJwt(form.get('client_assertion') ?? ''),
  }
}

/** RFC 6749 5.2. */
export function refuse(error: string, message: string): never {
  throw new Refusal(message, { status: 400, error })
}

/** Which endpoint, and the rules that each check enforces there. */
export interface FormKind {
  endpoint: 'token' | 'introspection' | 'revocation'
  /** First half of the names of the checks of its assertion. */
  assertion: string
  /** Error code for a request without an assertion. */
  unauthenticated: 'invalid_request' | 'invalid_client'
  refs?: Record<'post' | 'authentication' | 'assertion', RuleId[]>
}

/** In the order in which an endpoint runs them. */
export function formChecks({ endpoint, assertion, unauthenticated, refs }: FormKind): Check<FormRequest>[] {
  const { post = [], authentication = [], assertion: type = [] } = refs ?? {}
  return [
    {
      name: `${endpoint}-content-type`,
      refs: post,
      run(subject) {
        if (subject.mediaType !== 'application/x-www-form-urlencoded') {
          refuse('invalid_request', 'The request must be sent as application/x-www-form-urlencoded.')
        }
      },
    },
    {
      name: `${endpoint}-authorization-header`,
      refs: authentication,
      run({ authorization }) {
        if (authorization === undefined) return
        // RFC 6749 5.2: 401 and the scheme that the client used.
        const scheme = /^[A-Za-z]{1,20}(?= |$)/.exec(authorization)?.[0] ?? 'Basic'
        throw new Refusal(
          'A client authenticates by client_assertion; nobody is known by this Authorization header.',
          {
            status: 401,
            error: 'invalid_client',
            headers: { 'www-authenticate': `${scheme} realm="${endpoint} endpoint"` },
          },
        )
      },
    },
    {
      name: `${endpoint}-client-secret`,
      refs: authentication,
      run({ form }) {
        if (form.has('client_secret')) refuse('invalid_request', 'A client has no client_secret here.')
      },
    },
    {
      name: `${endpoint}-parameters-once`,
      refs: post,
      run({ repeated }) {
        // RFC 6749 3.2
        if (repeated.size > 0) refuse('invalid_request', 'A parameter was sent more than once.')
      },
    },
    {
      name: `${assertion}-type`,
      refs: type,
      run({ form }) {
        if (form.get('client_assertion_type') !== JWT_BEARER) {
          refuse(unauthenticated, `client_assertion_type must be ${JWT_BEARER}.`)
        }
      },
    },
  ]
}
