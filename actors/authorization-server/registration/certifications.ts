/** The certifications that come with a registration (guide, Registration 3.2 and 7.4; UDAP Certifications 6). */
import { isStrings } from '../../../wire/json.ts'
import { decodeJwt } from '../../../wire/jwt.ts'
import { type Check, Refusal, runChecks } from '../../checks.ts'
import { definitionOf } from '../../community.ts'
import { member, signedJwt } from '../jwt.ts'
import type { Policy } from '../policy.ts'
import { certificationChecks } from './certification-checks.ts'
import { cancels, invalidMetadata, type Registering } from './registration-request.ts'

/** URIs of certification programmes. */
export interface Programmes {
  supported: string[]
  required: string[]
}

const MAX_CERTIFICATIONS = 10

/** @throws Error when the keys of the policy contradict each other */
export function programmesOf(policy: Policy): Programmes {
  const { certifications: mode, supportedCertifications, requiredCertifications: required } = policy
  if (mode !== 'require' && required.length > 0) {
    throw new Error(`policy.requiredCertifications needs policy.certifications: require; it is ${mode}.`)
  }
  if (mode === 'require' && required.length === 0) {
    throw new Error('policy.certifications: require needs policy.requiredCertifications: the URIs.')
  }
  if (mode === 'ignore') return { supported: [], required: [] }
  return { supported: [...new Set([...supportedCertifications, ...required])], required }
}

/** Those of the policy, and those of the community that the client registers in. */
function programmesFor({ server, jwt, grantTypes }: Registering): Programmes {
  const { certifications: own, policy, runtime } = server
  const defined = definitionOf(runtime.context, jwt.community)?.certifications ?? []
  if (policy.certifications === 'ignore' || defined.length === 0) return own
  const needed = defined.filter(({ requiredFor }) => requiredFor.some((one) => grantTypes.includes(one)))
  return {
    supported: [...own.supported, ...defined.flatMap(({ uris }) => uris)],
    required: [...own.required, ...needed.flatMap(({ uris }) => uris)],
  }
}

export const certificationsList: Check<Registering> = {
  name: 'certifications-list',
  refs: ['reg-032'],
  run({ body }) {
    const list = member(body, 'certifications') ?? []
    // null says that there are none.
    if (!(isStrings(list) && list.length <= MAX_CERTIFICATIONS)) {
      throw invalidMetadata(`certifications must be an array of at most ${MAX_CERTIFICATIONS} JWTs.`)
    }
  },
}

/** A bad one is dropped, and by policy the registration is refused with it (UDAP Certifications 6). */
export const certifications: Check<Registering> = {
  name: 'certifications',
  refs: ['reg-042', 'reg-043'],
  async run(subject) {
    if (cancels(subject)) return
    const { server, body, jwt: statement } = subject
    const list = member(body, 'certifications')
    const programmes = programmesFor(subject)
    let first: Refusal | undefined
    for (const [at, compact] of (isStrings(list) ? list : []).entries()) {
      if (!isRecognized(compact, programmes)) continue
      try {
        const certifying = { server, statement, jwt: signedJwt(compact) }
        await runChecks(certificationChecks, certifying, server.runtime.faults)
        subject.accepted.push(compact)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        error.message = `certifications[${at}]: ${error.message}`
        first ??= error
      }
    }
    if (first && server.policy.onBadCertification === 'refuse') throw first
  },
}

export const requiredCertifications: Check<Registering> = {
  name: 'required-certifications',
  refs: ['reg-044'],
  breaks: ['com-008'],
  run(subject) {
    if (cancels(subject)) return
    const given = subject.accepted.flatMap(programmesIn)
    const missing = programmesFor(subject).required.find((uri) => !given.includes(uri))
    if (missing) throw invalidMetadata(`The registration needs a certification of ${missing}.`)
  },
}

/** One of a programme that is not supported is ignored, good or bad (guide, Registration 3.2: SHALL). */
function isRecognized(compact: string, { supported }: Programmes): boolean {
  if (supported.length === 0) return false
  return !decodeJwt(compact) || programmesIn(compact).some((uri) => supported.includes(uri))
}

function programmesIn(compact: string): string[] {
  const uris = [decodeJwt(compact)?.claims.certification_uris].flat()
  return uris.filter((uri) => typeof uri === 'string')
}
