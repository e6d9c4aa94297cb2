/** What a server under load tells the load generator. Each server runs in a process of its own. */

export interface Target {
  tokenEndpoint: string
  clientId: string
  /** PEM PKCS#8 of the client's RSA-2048 key. */
  key: string
  /** Base64 DER: leaf and intermediate. */
  x5c: string[]
}

/** To be called once by the server's process, when it listens. */
export function ready(target: Target): void {
  process.send?.(target)
  process.on('disconnect', () => process.exit())
}
