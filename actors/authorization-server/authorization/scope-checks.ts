/** What the client would like to have, and of whom (guide 6.1 and 7.3; SMART App Launch). */
import type { Check } from '../../checks.ts'
import { negotiate } from '../token/scopes.ts'
import { type Asking, refuse } from './asking.ts'

const scope: Check<Asking> = {
  name: 'authorization-scope',
  refs: ['gen-022', 'gen-036'],
  run(subject) {
    const requested = subject.parameters.get('scope')
    const supported = subject.server.with.scopes
    // SMART App Launch: system/ is for who acts for no person; nobody can grant what only a server may have.
    const grantable = [...(subject.client?.scopes ?? supported), ...unregistered(subject)].filter(
      (one) => !one.startsWith('system/'),
    )
    const { scopes, refusal } =
      requested === undefined
        ? { scopes: grantable, refusal: 'scope is missing.' }
        : negotiate(requested, supported, grantable)
    subject.scopes = scopes
    if (refusal) refuse('invalid_scope', refusal)
  },
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
