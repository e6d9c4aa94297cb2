/** The four questions of `init`, for what the flags leave open. */
import { createInterface } from 'node:readline/promises'
import { isWebUrl } from '../../testbed.ts'
import { exit, Failure } from '../exit.ts'
import { type Product, productNames, products } from './product.ts'

export interface Answers {
  have: Product
  url: string
  /** File of the trust anchors of its community; absent when the testbed issues its certificate. */
  anchors?: string
  spec: string
}

/** @param versions of the guide, the usual one first @throws Failure where nobody can be asked */
export async function ask(given: Partial<Answers>, versions: string[]): Promise<Answers> {
  const { have, url, anchors, spec = versions[0]! } = given
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    if (have !== undefined && url !== undefined)
      return { have, url, spec, ...(anchors !== undefined && { anchors }) }
    const what = 'init asks four questions, and this is no terminal to ask them in'
    throw new Failure(exit.usage, `${what}: say --have ${productNames.join('|')} and --url, or --scenario.`)
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl-C and Ctrl-D.
  const left = new Promise<never>((_, reject) => terminal.once('close', () => reject(interrupted())))
  left.catch(() => {})
  const line = (question: string) => Promise.race([terminal.question(question), left])
  const until = async <T>(question: string, read: (text: string) => T | undefined): Promise<T> => {
    for (;;) {
      const value = read((await line(question)).trim())
      if (value !== undefined) return value
    }
  }
  try {
    const list = productNames.map((name, i) => `  ${i + 1}  ${products[name].title}\n`).join('')
    const product = have ?? (await until(`What do you have?\n${list}> `, productOf))
    const at = url ?? (await until(`Its URL: ${products[product].urlIs}\n> `, webUrl))
    const roots =
      anchors ??
      (
        await line('File with the trust anchors of its certificate; Enter: the testbed issues it one\n> ')
      ).trim()
    const version =
      given.spec ??
      (await until(`Version of the guide (${versions.join(', ')}); Enter: ${versions[0]}\n> `, (text) =>
        text === '' ? versions[0] : versions.find((one) => one === text),
      ))
    return { have: product, url: at, spec: version, ...(roots !== '' && { anchors: roots }) }
  } finally {
    terminal.removeAllListeners('close')
    terminal.close()
  }
}

const productOf = (text: string): Product | undefined =>
  productNames[Number(text) - 1] ?? productNames.find((name) => name === text)

const webUrl = (text: string): string | undefined => (isWebUrl(text) ? text : undefined)

const interrupted = () => new Failure(exit.interrupted, '\nNothing was written.')
