/** What the client would like to have, and of whom (guide 6.1 and 7.3; SMART App Launch). */
import type { Check } from '../../checks.ts'
import { type Negotiated, negotiate } from '../token/scopes.ts'
import { type Asking, refuse } from './asking.ts'

const scope: Check<Asking> = {
  name: 'authorization-scope',
  refs: ['gen-022', 'gen-036'],
  run(subject) {
    const requested = subject.parameters.get('scope')
    const supported = subject.server.with.scopes
    // SMART App Launch: system/ is for who acts for no person; nobody can grant what only a server may have.
    const registered = (subject.client?.scopes ?? supported).filter((one) => !one.startsWith('system/'))
    const { scopes, refusal } =
      requested === undefined
        ? unasked(subject, registered)
        : negotiate(requested, supported, [...registered, ...unregistered(subject)])
    subject.scopes = scopes
    if (refusal) refuse('invalid_scope', refusal)
  },
}

/** RFC 6749 3.3: who names no scope gets a default, here all that the client registered for, or an error. */
function unasked({ server, parameters }: Asking, registered: string[]): Negotiated {
  const { authorize } = server.runtime.context.spec.parameters
  if (authorize.scope === 'required') return { scopes: registered, refusal: 'scope is missing.' }
  const scopes = registered.filter((one) => one !== 'launch' || parameters.has('launch'))
  if (scopes.length > 0) return { scopes }
  return { scopes, refusal: 'scope is missing, and the client registered for none that a person can grant.' }
}

/** `udap` alone may be asked for without having registered for it, where nothing says that one must (6.1). */
function unregistered({ server }: Asking): string[] {
  const { udapScope } = server.runtime.context.spec.parameters.authorize
  return server.with.scopes.filter((one) => one === 'udap' && udapScope === 'any')
}

/** UDAP Tiered OAuth: with one of the two scopes alone an identity provider does not go on. */
const tieredScopes: Check<Asking> = {
  name: 'authorization-tiered-scopes',
  refs: ['tier-x04'],
  breaks: ['tier-x04'],
  run({ server, client, scopes }) {
    if (server.role !== 'identity-provider' || !client?.scopes.includes('udap')) return
    if (!scopes.includes('openid') || !scopes.includes('udap')) {
      refuse('invalid_scope', 'scope must have openid and udap.')
    }
  },
}

/** SMART App Launch: the FHIR server that the token is for, to the letter. */
const audience: Check<Asking> = {
  name: 'authorization-audience',
  refs: [],
  run({ server: { resources }, parameters }) {
    const aud = parameters.get('aud')
    if (aud !== undefined && resources.length > 0 && !resources.includes(aud)) {
      refuse('invalid_request', `aud must be, to the letter, ${resources.join(' or ')}.`)
    }
  },
}

/** SMART App Launch: `launch` in scope and the parameter `launch` belong together. */
const launch: Check<Asking> = {
  name: 'authorization-launch',
  refs: [],
  run(subject) {
    const id = subject.parameters.get('launch')
    if (id !== undefined) {
      subject.launch = subject.server.launches.of(id)
      if (!subject.launch) refuse('invalid_request', 'launch is not the id of a launch that began here.')
    } else if (subject.scopes.includes('launch')) {
      refuse('invalid_request', 'scope has launch, but the parameter launch is missing.')
    }
  },
}

export const scopeChecks = [scope, tieredScopes, audience, launch]
