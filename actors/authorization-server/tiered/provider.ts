/** An identity provider that is believed: its signed metadata leads to a trust anchor of this server (guide, Tiered OAuth 6.2). */
import { isStrings } from '../../../wire/json.ts'
import { BOUNDED } from '../../call.ts'
import { type Check, Refusal, runChecks } from '../../checks.ts'
import { type Believed, fetchMetadata } from '../../client/metadata.ts'
import type { Signer } from '../../discovery/signer.ts'
import type { Server } from '../server.ts'
import { untrusted } from './outcome.ts'

export interface Provider {
  /** Its base URL, and the `iss` of its ID tokens. */
  issuer: string
  authorizationEndpoint: string
  tokenEndpoint: string
  registrationEndpoint: string
  /** The community that vouches for it; undefined behind a skipped chain check only. */
  community: string | undefined
}

/** Scopes that a data holder registers for and asks for (6.2). */
export const IDP_SCOPES = ['openid', 'udap']

const urlChecks: Check<string>[] = [
  {
    name: 'tiered-idp-url',
    refs: ['tier-006'],
    run(idp) {
      const url = URL.parse(idp)
      const plain = url && !/[?#\s]/.test(idp) && url.username === '' && url.password === ''
      if (!plain || url.protocol !== 'https:') untrusted('idp is not the base URL of an https server.')
    },
  },
]

const offerChecks: Check<Believed>[] = [
  {
    name: 'tiered-idp-scopes',
    refs: ['tier-009'],
    run({ metadata: { scopes_supported: scopes } }) {
      const lacking = IDP_SCOPES.find((scope) => !isStrings(scopes) || !scopes.includes(scope))
      if (lacking) untrusted(`The identity provider does not list ${lacking} in scopes_supported.`)
    },
  },
  {
    name: 'tiered-idp-code-flow',
    refs: ['tier-x01'],
    run({ metadata: { grant_types_supported: grants }, endpoints }) {
      if (!isStrings(grants) || !grants.includes('authorization_code') || !endpoints.authorization_endpoint) {
        untrusted('The identity provider does not offer the authorization code flow.')
      }
    },
  },
]

export const providerChecks = [...urlChecks, ...offerChecks]

/**
 * Asked anew for every sign-in: whom this server trusts, and who was revoked, may have changed.
 * @throws Refusal, CallFailed
 */
export async function findProvider(server: Server, idp: string): Promise<Provider> {
  const { runtime } = server
  await runChecks(urlChecks, idp, runtime.faults)
  const believed = await believe(server, idp)
  await runChecks(offerChecks, believed, runtime.faults)
  const { authorization_endpoint = '', token_endpoint, registration_endpoint } = believed.endpoints
  return {
    issuer: idp,
    authorizationEndpoint: authorization_endpoint,
    tokenEndpoint: token_endpoint,
    registrationEndpoint: registration_endpoint,
    community: believed.community,
  }
}

/** What this server signs with in the community that vouches for the provider. */
export function signerOf({ signers }: Server, provider: Provider): Signer {
  return signers.find(({ community }) => community === provider.community) ?? signers[0]!
}

/** In one community after the other: the first in which this server has a certificate and the provider is believed. */
async function believe(server: Server, base: string): Promise<Believed> {
  const { runtime, trust, signers } = server
  const { clientNamesCommunity, endpointsDiffer } = runtime.context.spec.parameters.discovery
  const communities = clientNamesCommunity ? signers.map(({ community }) => community) : [undefined]
  let refusal: unknown
  for (const community of communities) {
    try {
      return await fetchMetadata(runtime, { base, community, trust, onMismatch: endpointsDiffer }, BOUNDED)
    } catch (error) {
      // Who does not answer for one community does not for another one.
      if (!(error instanceof Refusal)) throw error
      refusal = error
    }
  }
  throw refusal
}
