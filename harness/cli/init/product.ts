/** The products that somebody may have, as the scenarios of the tracks call and play them. */

export const products = {
  server: {
    title: 'an authorization server with a FHIR server (a data holder)',
    actor: 'server',
    urlIs: 'Its FHIR base URL, for example https://fhir.example/r4',
    page: 'docs/i-have-an-authorization-server.md',
    track: 'scenarios/tracks/b2b.yaml',
  },
  app: {
    title: 'an app (a client)',
    actor: 'client',
    urlIs:
      'Its URI, which its certificate names and its statements have as iss, for example https://app.example',
    page: 'docs/i-have-an-app.md',
    track: 'scenarios/tracks/b2b.yaml',
  },
  idp: {
    title: 'an identity provider',
    actor: 'idp',
    urlIs: 'Its base URL, for example https://idp.example',
    page: 'docs/i-have-an-identity-provider.md',
    track: 'scenarios/tracks/tiered-oauth.yaml',
  },
} as const

export type Product = keyof typeof products
export const productNames = Object.keys(products) as Product[]
