/** A TLS certificate of the user's own: chain and key, in PEM files. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readBytes } from './files.ts'
import { Unusable } from './unusable.ts'

export interface TlsFiles {
  /** Leaf first, then whatever stands between it and a root. */
  certificate: string
  /** Without a password. */
  key: string
}

/** @returns both in PEM @throws Unusable naming the file */
export function readTls(files: TlsFiles): { chain: string; key: string } {
  const chain = readBytes(files.certificate).toString()
  const key = readBytes(files.key).toString()
  const leaf = read(files.certificate, 'it is no certificate in PEM', () => new X509Certificate(chain))
  const secret = read(files.key, 'it is no private key in PEM that needs no password', () =>
    createPrivateKey(key),
  )
  if (!leaf.checkPrivateKey(secret))
    throw new Unusable(files.key, `it is not the key of the first certificate in ${files.certificate}.`)
  return { chain, key }
}

function read<T>(file: string, otherwise: string, how: () => T): T {
  try {
    return how()
  } catch (error) {
    throw new Unusable(file, `${otherwise}.`, { cause: error })
  }
}
