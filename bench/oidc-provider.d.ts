/** oidc-provider comes without types; this is what benchmarks and tests use of it. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  interface Context {
    body?: unknown
    oidc?: { route?: string }
    set(header: string, value: string): void
  }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): void
    callback(): RequestListener
  }
}
