/** Folders, files and secrets as people have them: what is right is read, what is wrong is named. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Openssl } from '../../certs/fixture-openssl.ts'
import { readAnchors } from './anchors.ts'
import { openAuthority } from './authority.ts'
import { createAuthority, moveAuthority } from './create.ts'
import { readCredential } from './credential.ts'
import { issueLeaf, pemOf, revokeSerial } from './issue.ts'
import { readSecret } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-pki-'))
const openssl = new Openssl()
afterAll(() => {
  rmSync(folder, { recursive: true })
  return openssl.remove()
})
const at = (name: string) => join(folder, name)
const url = 'http://ca.example:8080'
const north = await createAuthority({ folder: at('north'), community: 'urn:north', url, key: 'ec-p256' })
const leaf = { uris: ['https://app.example'], name: 'app', key: undefined, profile: 'leaf' }

describe('an authority that lasts', () => {
  it('is the same whenever it is opened; keys are for their owner', () => {
    const { community, root } = openAuthority(at('north'))
    expect({ community, root }).toEqual({ community: 'urn:north', root: north.root })
    for (const name of ['root', 'intermediate', 'tls-root']) {
      expect(statSync(at(`north/${name}.key`)).mode & 0o777).toBe(0o600)
    }
    expect(statSync(at('north')).mode & 0o777).toBe(0o700)
  })

  it('is not made over anything', async () => {
    const again = createAuthority({ folder: at('north'), community: undefined, url, key: 'ec-p256' })
    await expect(again).rejects.toThrow(/north: there is something in it already/)
  })

  it('knows what it issued and revoked, by whoever it was done', async () => {
    const { entry } = await issueLeaf(openAuthority(at('north')), leaf)
    const { revoked, reason, isNew } = revokeSerial(
      openAuthority(at('north')),
      entry.issued.toLowerCase(),
      'superseded',
    )
    expect({ revoked, reason, isNew }).toEqual({ revoked: entry.issued, reason: 'superseded', isNew: true })
    expect(revokeSerial(north, entry.issued, 'keyCompromise')).toMatchObject({
      reason: 'superseded',
      isNew: false,
    })
    const { issued, revoked: list } = north.record()
    expect(issued).toContainEqual({ serial: entry.issued, issuer: 'intermediate' })
    expect(list).toMatchObject([{ serial: entry.issued, reason: 'superseded' }])
    expect(() => revokeSerial(north, '01:02', 'unspecified')).toThrow(/it issued no certificate .* 0102/)
  })

  it('does not mind a line that was never finished, and goes on after it', async () => {
    const before = north.entries()
    appendFileSync(at('north/index.jsonl'), '{"issued":"4A00","issuer":"inter')
    expect(north.entries()).toEqual(before)
    const { entry } = await issueLeaf(north, leaf)
    expect(north.entries()).toEqual([...before, entry])
  })

  it('goes on when it has issued very much', () => {
    const file = at('north/index.jsonl')
    const before = readFileSync(file)
    const line = {
      issued: '4A',
      issuer: 'intermediate',
      at: 'x',
      expires: 'x',
      uris: ['https://app.example'],
    }
    appendFileSync(file, `${JSON.stringify(line)}\n`.repeat(60_000))
    expect(statSync(file).size).toBeGreaterThan(4 * 1024 * 1024)
    const entry = { revoked: '4A', issuer: 'intermediate', at: 'x', reason: 'unspecified' }
    north.note(entry)
    expect(north.entries().at(-1)).toEqual(entry)
    writeFileSync(file, before)
  })

  it('that moves keeps its anchors, and its certificates name the new place', async () => {
    const south = await createAuthority({ folder: at('south'), community: undefined, url, key: 'rsa-2048' })
    expect(south.community).toBe('urn:udap-testbed:community:south')
    const moved = await moveAuthority(south, 'http://tunnel.example')
    expect(moved.root).toEqual(south.root)
    await openssl.write('root.pem', readFileSync(at('south/root.pem')))
    await openssl.write('chain.pem', pemOf(await issueLeaf(moved, leaf)))
    const { text, code } = await openssl.run(
      'verify',
      '-CAfile',
      'root.pem',
      '-untrusted',
      'chain.pem',
      'chain.pem',
    )
    expect(code, text).toBe(0)
    await openssl.write('intermediate.pem', readFileSync(at('south/intermediate.pem')))
    const shown = await openssl.run('x509', '-in', 'intermediate.pem', '-noout', '-text')
    expect(shown.text).toContain('http://tunnel.example/crl/root.crl')
  })

  it.each([
    ['community.json', '{', /broken.community\.json: it is not valid JSON/],
    [
      'community.json',
      '{"community":1}',
      /community\.json: it must be an object with community, name and url/,
    ],
    ['root.pem', 'x', /root\.pem: it is not a certificate in PEM/],
    ['root.key', 'x', /root\.key: it is not a private key in PEM/],
    ['index.jsonl', '{"issued":1}\n', /index\.jsonl:1: this line is no certificate issued or revoked/],
  ])('whose %s is damaged is named', async (file, text, message) => {
    rmSync(at('broken'), { recursive: true, force: true })
    await createAuthority({ folder: at('broken'), community: undefined, url, key: 'ec-p256' })
    writeFileSync(at(`broken/${file}`), text)
    expect(() => openAuthority(at('broken')).record()).toThrow(message)
  })

  it('made of two others is refused', () => {
    rmSync(at('broken'), { recursive: true, force: true })
    expect(() => openAuthority(at('broken'))).toThrow(/no community\.json in it.*certs ca/)
    const { root } = openAuthority(at('south'))
    writeFileSync(at('south/root.key'), north.root.key)
    expect(() => openAuthority(at('south'))).toThrow(/root\.key: it is not the key of .*root\.pem/)
    writeFileSync(at('south/root.key'), root.key)
    writeFileSync(at('south/intermediate.pem'), readFileSync(at('north/intermediate.pem')))
    writeFileSync(at('south/intermediate.key'), north.intermediate.key)
    expect(() => openAuthority(at('south'))).toThrow(/intermediate\.pem: it is not signed by .*root\.pem/)
  })
})

describe('a credential', () => {
  beforeAll(async () => {
    const issued = await issueLeaf(north, leaf)
    await openssl.write('chain.pem', pemOf(issued))
    await openssl.write('plain.key', issued.key)
    await openssl.run(
      'rsa',
      '-in',
      'plain.key',
      '-aes256',
      '-passout',
      'pass:word',
      '-traditional',
      '-out',
      'old.key',
    )
    await openssl.run('pkcs8', '-topk8', '-in', 'plain.key', '-passout', 'pass:word', '-out', 'new.key')
    await openssl.run(
      'pkcs12',
      '-export',
      '-inkey',
      'plain.key',
      '-in',
      'chain.pem',
      '-passout',
      'pass:word',
      '-out',
      'a.p12',
    )
    for (const name of ['chain.pem', 'plain.key', 'old.key', 'new.key', 'a.p12']) {
      writeFileSync(at(name), await openssl.read(name))
    }
    const both = Buffer.concat([readFileSync(at('new.key')), readFileSync(at('chain.pem'))])
    writeFileSync(at('both.pem'), both)
    writeFileSync(at('password'), 'word\n')
    writeFileSync(at('north.pem'), readFileSync(at('north/root.pem')))
  })
  const password = { file: at('password') }

  it.each([
    ['PKCS#12', { file: 'a.p12', password }],
    ['PEM and its key', { file: 'chain.pem', key: 'plain.key' }],
    ['PEM and its key, encrypted', { file: 'chain.pem', key: 'new.key', password }],
    ['PEM and its key, encrypted as in old times', { file: 'chain.pem', key: 'old.key', password }],
    ['one PEM file', { file: 'both.pem', password }],
  ])('in %s', (_, { file, ...more }) => {
    const key = 'key' in more ? { key: at(more.key as string) } : {}
    const secret = 'password' in more ? { password } : {}
    const read = readCredential({ file: at(file), ...key, ...secret })
    expect(read.uris).toEqual(['https://app.example'])
    expect(read.chain).toHaveLength(2)
    expect(read.chain[1]).toBe(north.intermediate.certificate.toString('base64'))
    expect(read.key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  })

  it.each([
    [{ file: 'a.p12' }, /a\.p12: It does not open with this password\. No password was given/],
    [{ file: 'both.pem' }, /both\.pem: the private key does not open with this password/],
    [{ file: 'chain.pem' }, /chain\.pem: there is no private key in it/],
    [
      { file: 'chain.pem', key: 'north/root.key' },
      /root\.key: the key belongs to no certificate in .*chain\.pem/,
    ],
    [{ file: 'plain.key' }, /plain\.key: there is no certificate in it/],
    [{ file: 'password' }, /password: no certificate and no key can be read from it/],
    [{ file: 'nowhere' }, /nowhere: there is no such file or folder/],
    [{ file: 'north' }, /north: it is a folder/],
  ])('that is not right: %o', ({ file, key }: { file: string; key?: string }, message) => {
    expect(() => readCredential({ file: at(file), ...(key && { key: at(key) }) })).toThrow(message)
  })

  it('is no trust anchor, and an anchor no password', () => {
    expect(readAnchors(at('north.pem'))).toEqual([north.root.certificate.toString('base64')])
    expect(() => readAnchors(at('chain.pem'))).toThrow(
      /chain\.pem: the certificate "CN=app, .* is no certificate authority's/,
    )
    expect(() => readAnchors(at('plain.key'))).toThrow(/plain\.key: there is no certificate in it/)
    expect(() => readAnchors(at('password'))).toThrow(/password: no certificate can be read from it/)
  })

  it('has its password where it is said to be', () => {
    expect(readSecret(password)).toBe('word')
    expect(() => readSecret({ env: 'NO_SUCH_VARIABLE' })).toThrow(
      'Environment variable NO_SUCH_VARIABLE: it is not set.',
    )
  })
})
