/** Names and shapes of UDAP and the FAST Security guide. */
/** Path of the UDAP metadata below a base URL (guide, Discovery 2.1). */
export const METADATA_PATH = '/.well-known/udap'

/** The only UDAP version there is: value of `udap` in requests and of `udap_versions_supported`. */
export const UDAP_VERSION = '1'

export const PROFILES = {
  dcr: 'udap_dcr',
  authn: 'udap_authn',
  authz: 'udap_authz',
  tiered: 'udap_to',
} as const

/** Name of the B2B authorization extension object (guide, B2B 5.2.1.1). */
export const B2B_EXTENSION = 'hl7-b2b'

/** Signature algorithms of the guide's table in 7.1.2; anything else is refused, `none` and HMAC above all. */
export const SIGNING_ALGORITHMS = ['RS256', 'ES256', 'RS384', 'ES384'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]
