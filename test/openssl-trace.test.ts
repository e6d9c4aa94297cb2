/** OpenSSL's opinion of the certificate chain that a client really sent, before and after its revocation. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { actorOf } from '../actors/registry.ts'
import { Openssl } from '../certs/fixture-openssl.ts'
import { KeyPool } from '../certs/keys.ts'
import { createTlsRoot } from '../certs/tls.ts'
import { Arming } from '../harness/run/arming.ts'
import { blankCase, blankStep } from '../harness/run/case.ts'
import { Stage } from '../harness/run/stage.ts'
import { runStep } from '../harness/run/step.ts'
import { planOf, root } from '../harness/testbed.ts'
import { loadSpec } from '../spec/load.ts'
import type { Observed } from '../wire/hop.ts'
import { decodeJwt } from '../wire/jwt.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())

async function playedCase() {
  const path = 'scenarios/trust/revoked-client.yaml'
  const read = (file: string) => readFileSync(file, 'utf8')
  const made = await planOf([{ path, text: read(path) }], {}, {}, read)
  if (!('plan' in made)) throw new Error(JSON.stringify(made.problems))
  const plan = made.plan.cases[0]!
  const kit = {
    actorOf,
    versions: loadSpec(root).versions,
    keys: new KeyPool(),
    tlsRoot: await createTlsRoot(),
  }
  return { plan, stage: new Stage(plan, blankCase(plan), kit, undefined) }
}

/** x5c of the client assertion that went over the wire. */
function sentChain(halves: Observed[]): Buffer[] {
  const request = halves.find(
    (half) => half.side === 'client' && half.request?.url.endsWith('/token'),
  )?.request
  const assertion = new URLSearchParams(request!.body).get('client_assertion')!
  return (decodeJwt(assertion)!.header.x5c as string[]).map((text) => Buffer.from(text, 'base64'))
}

/** Every CRL that OpenSSL says the certificates name, fetched from where they say it is. */
async function writeCrls(name: string, certificates: Buffer[]): Promise<void> {
  const parts = await Promise.all(
    certificates.map(async (der, i) => {
      await openssl.writePem(`crl-of-${i}.pem`, der)
      const { text } = await openssl.run(
        'x509',
        '-in',
        `crl-of-${i}.pem`,
        '-noout',
        '-ext',
        'crlDistributionPoints',
      )
      const url = new URL(/URI:(\S+)/.exec(text)![1]!)
      url.hostname = '127.0.0.1'
      await openssl.write(`${i}.crl`, Buffer.from(await (await fetch(url)).arrayBuffer()))
      const pem = await openssl.run('crl', '-inform', 'DER', '-in', `${i}.crl`)
      expect(pem.code, pem.text).toBe(0)
      return pem.text
    }),
  )
  await openssl.write(name, parts.join(''))
}

it('accepts the chain of a client assertion, and refuses it after the certificate was revoked', async () => {
  const { plan, stage } = await playedCase()
  const play = async (id: string) => {
    const step = plan.steps.find((one) => one.id === id)!
    const stepRecord = blankStep(id)
    stage.record.steps.push(stepRecord)
    return {
      halves: await runStep(step, stage, stepRecord, {
        queue: undefined,
        arming: new Arming(stage),
        emit() {},
      }),
      ran: stepRecord,
    }
  }
  try {
    await stage.open()
    await play('discover')
    await play('register')
    const { halves, ran } = await play('token')
    expect(ran.outputs.status).toBe(200)
    const chain = sentChain(halves)
    const [leaf, ...intermediates] = chain
    expect(new X509Certificate(leaf!).subjectAltName).toContain(stage.record.actors.app!.url)
    await openssl.writePem('leaf.pem', leaf!)
    await openssl.writePem('intermediates.pem', ...intermediates)
    await openssl.writePem('root.pem', Buffer.from(String(stage.record.actors.ca!.facts.root), 'base64'))
    const verify = () =>
      openssl.run(
        ...['verify', '-x509_strict', '-crl_check_all', '-CAfile', 'root.pem', '-CRLfile', 'all.crl'],
        ...['-untrusted', 'intermediates.pem', 'leaf.pem'],
      )
    await writeCrls('all.crl', chain)
    expect(await verify()).toEqual({ code: 0, text: 'leaf.pem: OK\n' })

    await play('revoke')
    await writeCrls('all.crl', chain)
    const refused = await verify()
    expect(refused.code).not.toBe(0)
    expect(refused.text).toContain('certificate revoked')
  } finally {
    await stage.close()
  }
})
