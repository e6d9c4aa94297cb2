/** Options that several `certs` commands have. */
import { InvalidArgumentError, Option } from 'commander'
import { type KeyAlgorithm, keyAlgorithms, type Secret } from '../../pki/options.ts'

export const authority = () =>
  new Option('--authority <folder>', 'the authority that `certs ca` made').makeOptionMandatory()

/** Nobody asks for a key that everybody refuses. */
const offered = keyAlgorithms.filter((name) => name !== 'rsa-1024')

export const keyOption = (description: string) =>
  new Option('--key <algorithm>', `${description}: ${offered.join(', ')}`).argParser((text): KeyAlgorithm => {
    const found = offered.find((name) => name === text)
    if (found) return found
    throw new InvalidArgumentError(`It is one of ${offered.join(', ')}.`)
  })

export interface PasswordFlags {
  passwordEnv?: string
  passwordFile?: string
}

export const passwords = (of: string) => [
  new Option('--password-env <name>', `environment variable with the password of ${of}`),
  new Option('--password-file <file>', `file with the password of ${of}`).conflicts('passwordEnv'),
]

export function passwordOf({ passwordEnv, passwordFile }: PasswordFlags): Secret | undefined {
  if (passwordEnv !== undefined) return { env: passwordEnv }
  return passwordFile === undefined ? undefined : { file: passwordFile }
}

/** What certificates name: CRLs and OCSP are not fetched over HTTPS, whose certificates would need them (RFC 5280 8). */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' && url.pathname === '/' && url.search === '' && url.hash === '')
    return url.origin
  throw new InvalidArgumentError('It is http://host or http://host:port, without a path.')
}
