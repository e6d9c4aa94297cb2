/** What an authority that lasts does in a case stays in its folder; what is done there meanwhile reaches the case. */
import { createPublicKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StartedActor } from '../../actors/actor.ts'
import { certificateAuthority } from '../../actors/certificate-authority/actor.ts'
import { contextOf } from '../../actors/fixture.ts'
import { generateKey } from '../../certs/keys.ts'
import { temporaryFolder } from '../../test/cli.ts'
import { openAuthority } from '../pki/authority.ts'
import { createAuthority } from '../pki/create.ts'
import { issueLeaf, revokeSerial } from '../pki/issue.ts'
import { learning, noting } from './authority-folder.ts'
import { openInProcess } from './places/in-process.ts'

test('both ways, and nothing of what is faulty', async () => {
  using folder = temporaryFolder()
  const url = 'http://127.0.0.1'
  const made = { folder: join(folder.path, 'north'), community: undefined, url, key: 'ec-p256' } as const
  const authority = await createAuthority(made)
  const keys = [authority.root.key, authority.intermediate.key]
  const context = contextOf('ca', { kind: 'certificate-authority', url, keys, authority: authority.record() })
  const place = await openInProcess(certificateAuthority as never)
  const started = await place.start(context, {})
  const ca = noting(started, authority)
  const stop = learning(started, authority)
  try {
    const [first, second] = [await issued(ca), await issued(ca)]
    await ca.act('ca/revoke', { serial: first, reason: 'superseded' }, 5000)
    const atOnce = await issued(ca, 'revoked')
    await issued(ca, 'unknown-issuer')
    const { serialNumber } = new X509Certificate(authority.intermediate.certificate)
    await ca.act('ca/revoke', { serial: serialNumber }, 5000)
    const noted = openAuthority(made.folder).record()
    const before = noted.issued.filter(({ issuer }) => issuer === 'intermediate')
    expect(before.map(({ serial }) => serial)).toEqual([first, second, atOnce])
    expect(noted.revoked).toMatchObject([
      { serial: first, reason: 'superseded' },
      { serial: atOnce, reason: 'keyCompromise' },
    ])

    const elsewhere = await issueLeaf(openAuthority(made.folder), {
      uris: ['https://app.example'],
      name: 'app',
      key: 'ec-p256',
      profile: 'leaf',
    })
    revokeSerial(openAuthority(made.folder), second, 'keyCompromise')
    // It can revoke only what it knows.
    const knows = async () =>
      (await started.act('ca/revoke', { serial: elsewhere.entry.issued }, 5000)).stopped === undefined
    for (const end = Date.now() + 10_000; !(await knows()) && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await knows()).toBe(true)
    const { outputs } = await started.act('ca/revoke', { serial: second }, 5000)
    expect(openAuthority(made.folder).record().revoked.at(-1)).toMatchObject({ at: outputs.at })
  } finally {
    stop()
    await place.stop()
    await place.close()
  }
})

async function issued(ca: StartedActor, profile = 'leaf'): Promise<string> {
  const publicKey = createPublicKey(await generateKey('ec-p256')).export({ type: 'spki', format: 'pem' })
  const input = { publicKey: publicKey.toString(), uris: ['https://app.example'], profile }
  return String((await ca.act('ca/issue', input, 5000)).outputs.serial)
}
