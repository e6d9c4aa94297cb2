import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { projectFiles } from './project-files.ts'

/** A PEM block with its base64 (real line ends, or written as \n in a string), and the private part of a JWK. */
const privateKeys = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\[nr])+[A-Za-z0-9+/=]{32}/,
  /"d"\s*:\s*"[A-Za-z0-9_-]{32,}"/,
]
const keyFile = /\.(key|p12|pfx|jks|keystore)$/

const holdsKey = ([path, text]: [string, string]) =>
  keyFile.test(path) || privateKeys.some((privateKey) => privateKey.test(text))

test('no file of the repository holds a private key', () => {
  const files = projectFiles(() => true)
  expect(files.size).toBeGreaterThan(10)
  expect([...files].filter(holdsKey).map(([path]) => path)).toEqual([])
})

test('a private key would be found, in whatever form', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  expect(holdsKey(['a.ts', pem])).toBe(true)
  expect(holdsKey(['a.ts', privateKey.export({ format: 'pem', type: 'sec1' }).toString()])).toBe(true)
  expect(holdsKey(['a.json', JSON.stringify({ pem })])).toBe(true)
  expect(holdsKey(['a.json', JSON.stringify(privateKey.export({ format: 'jwk' }), null, 2)])).toBe(true)
  expect(holdsKey(['a.pfx', ''])).toBe(true)
  expect(holdsKey(['a.ts', publicKey.export({ format: 'pem', type: 'spki' }).toString()])).toBe(false)
  expect(holdsKey(['a.ts', "const begin = '-----BEGIN PRIVATE KEY-----'"])).toBe(false)
})
