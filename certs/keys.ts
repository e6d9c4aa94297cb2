/** Key pairs, made when needed and lent: an RSA key takes 25 to 200 ms, so a run makes each of them once. */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

/** `rsa-1024` is too weak on purpose: for profiles that must be refused. */
export const keyAlgorithms = ['rsa-1024', 'rsa-2048', 'rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384'] as const
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

const generate = promisify(generateKeyPair)

/** A new private key as PEM (PKCS#8). */
export async function generateKey(algorithm: KeyAlgorithm): Promise<string> {
  const [family, size] = algorithm.split('-') as [string, string]
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
  const { privateKey } =
    family === 'rsa'
      ? await generate('rsa', { modulusLength: Number(size), privateKeyEncoding, publicKeyEncoding })
      : await generate('ec', { namedCurve: `P-${size.slice(1)}`, privateKeyEncoding, publicKeyEncoding })
  return privateKey
}

/** More than two at once would let signatures of running cases wait behind them. */
const GENERATIONS_AT_ONCE = 2

/** Lends keys. A key that was given back is lent again; one that is lent belongs to nobody else meanwhile. */
export class KeyPool {
  readonly #idle = new Map<KeyAlgorithm, string[]>()
  readonly #waiting: (() => void)[] = []
  #generating = 0

  async borrow(algorithm: KeyAlgorithm): Promise<string> {
    for (;;) {
      const idle = this.#idle.get(algorithm)?.pop()
      if (idle !== undefined) return idle
      if (this.#generating < GENERATIONS_AT_ONCE) break
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#generating++
    try {
      return await generateKey(algorithm)
    } finally {
      this.#generating--
      this.#wake()
    }
  }

  giveBack(algorithm: KeyAlgorithm, pem: string): void {
    const idle = this.#idle.get(algorithm)
    if (idle) idle.push(pem)
    else this.#idle.set(algorithm, [pem])
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
