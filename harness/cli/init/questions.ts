/** The four questions of `init`, for what the flags leave open. */
import { createInterface } from 'node:readline/promises'
import { readAnchors } from '../../pki/anchors.ts'
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
  /** Asks until the answer can be read. */
  const until = async <T>(question: string, read: (text: string) => T): Promise<T> => {
    for (;;) {
      const text = (await line(`${question}\n> `)).trim()
      try {
        return read(text)
      } catch (error) {
        process.stdout.write(`${(error as Error).message}\n`)
      }
    }
  }
  try {
    const list = productNames.map((name, i) => `  ${i + 1}  ${products[name].title}`).join('\n')
    const product = have ?? (await until(`What do you have?\n${list}`, productOf))
    const at = url ?? (await until(products[product].urlIs, webUrl))
    const roots =
      anchors ??
      (await until(
        'File with the trust anchors of its certificate; Enter: the testbed issues it one',
        anchorsIn,
      ))
    const version =
      given.spec ??
      (await until(`Version of the guide (${versions.join(', ')}); Enter: ${versions[0]}`, (text) =>
        versionOf(text, versions),
      ))
    return { have: product, url: at, spec: version, ...(roots !== '' && { anchors: roots }) }
  } finally {
    terminal.removeAllListeners('close')
    terminal.close()
  }
}

function productOf(text: string): Product {
  const found = productNames[Number(text) - 1] ?? productNames.find((name) => name === text)
  if (found === undefined) throw new Error(`Type the number of one of the ${productNames.length}.`)
  return found
}

function webUrl(text: string): string {
  if (!isWebUrl(text)) throw new Error('That is no URL, such as https://as.example.')
  return text
}

function anchorsIn(file: string): string {
  if (file !== '') readAnchors(file)
  return file
}

function versionOf(text: string, versions: string[]): string {
  if (text !== '' && !versions.includes(text)) throw new Error(`There is no version ${text}.`)
  return text === '' ? versions[0]! : text
}

const interrupted = () => new Failure(exit.interrupted, '\nNothing was written.')
