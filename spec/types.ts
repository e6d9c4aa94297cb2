/** The guide as data. Values come from spec/versions/*.yaml and spec/requirements.yaml (load.ts). */

export type RuleId = string
export type Strength = 'SHALL' | 'SHALL NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY'
export type Role = 'client' | 'resource-holder' | 'authorization-server' | 'identity-provider' | string

/** One row of the requirement catalogue. */
export interface Requirement {
  id: RuleId
  page: string
  section: string
  /** In the newest version. */
  strength: Strength
  /** The strength in each version in which the row holds. */
  strengthIn: Record<string, Strength>
  actor: Role
  text: string
  /** Guide versions in which the row holds. */
  since: string[]
  /** What of a version's parameters it depends on, for example `discovery.unknownCommunity`. */
  parameters?: string[]
  changed?: string
  check: 'wire' | 'fault' | 'policy'
  flow: string[]
  /** Of a MAY: there is a limit that can be overstepped. */
  limit?: true
  /** Why nothing that is sent can break it. */
  unbreakable?: string
  /** Why no run can judge it. */
  unjudged?: string
  /** What a scenario has to say before a policy row can be judged. */
  fact?: string
  inferno: { ids: number[]; coverage: string }
  origin: string
}

/**
 * What differs between versions of the guide, asked as questions of the protocol, never as version names.
 * Sections are those of 2.0.0.
 */
export interface Parameters {
  discovery: {
    /** 2.4: what our servers answer to a community that they do not know. */
    unknownCommunity: '404' | '204' | 'default'
    /** 2.4: the status by which any server may say so, where it does not give its default metadata. */
    unknownCommunityStatus: 404 | 204
    /** 2.4: must a server know the parameter `community`? */
    communityParameter: 'required' | 'optional'
    /** 2.4: does a client name its community when the scenario does not say? */
    clientNamesCommunity: boolean
    /** 2.3: what a client does when a plain endpoint differs from the signed one. */
    endpointsDiffer: 'use-signed' | 'stop'
    /** 2.3: `alg` of `signed_metadata`. */
    signedMetadataAlgorithms: string[]
    /** 2.2: metadata fields that must be there. */
    requiredFields: string[]
    /** 2.2: `*_required` lists must not exceed the `*_supported` lists. */
    requiredWithinSupported: boolean
  }
  registration: {
    /** 3.1: longest lifetime of a software statement, in seconds. */
    maxLifetimeS: number
    /** 3.4: what two requests have in common when the later one modifies what the earlier one registered. */
    modifiedBy: 'uri' | 'uri-and-community'
    /** 3.2.3: are iss, sub, aud, exp, iat and jti of the statement repeated in the response? */
    echoJwtClaims: boolean
  }
  authorize: {
    /** 7.2.1: `state` in an authorization request. */
    state: 'required' | 'optional'
    /** 7.2.2: `code_challenge` with S256 in an authorization request. */
    pkce: 'required' | 'optional'
    /** 7.2: `scope` in an authorization request; without it the client asks for all that it registered for. */
    scope: 'required' | 'optional'
    /** 6.1: must who asks for the scope `udap` have registered for it? */
    udapScope: 'registered' | 'any'
    /** RFC 9207: does the authorization response name its issuer? */
    issuerInResponse: boolean
  }
  token: {
    /** 5.2.1: `scope` in a client credentials request. */
    scopeInRequest: 'required' | 'optional'
    /** 5.2.3: longest lifetime of an access token, in seconds. */
    maxLifetimeS: number
    /** 5.2.4: may a token be used in another context than was asserted for it? */
    context: 'bound' | 'any'
    /** 4.2: may a consumer app authenticate by a secret that it shares with the server? */
    sharedSecret: 'allowed' | 'refused'
    /** 5.2.1.2: what `subject_id` of hl7-b2b is, as long as the community does not say: any identifier, or an NPI. */
    subjectId: 'any' | 'npi'
  }
  jwt: {
    /** 7.1: for which of an issuer's JWTs must a `jti` be unique? */
    jtiUniquePer: 'issuer' | 'issuer-and-type'
    maxAssertionLifetimeS: number
  }
}

export interface Version {
  version: string
  /** What the version's home page calls it, for people. */
  title: string
  /** Id of its FHIR package. */
  package: string
  /** Whose guide it is: the US realm's, or everybody's. */
  realm: 'us' | 'uv'
  /** Sections of the catalogue that have another number in this version, such as `7.1: 1.2`. */
  sections: Record<string, string>
  parameters: Parameters
}

/** An error code at one of the endpoints where it may come; spec/errors.yaml says more about each field. */
export interface ErrorCode {
  code: string
  at: 'registration' | 'token' | 'authorization' | 'resource' | 'revocation'
  status?: number[]
  when: string
  custom?: string
  source: string
  refs: RuleId[]
}

export interface Spec {
  versions: Record<string, Version>
  requirements: Requirement[]
}
