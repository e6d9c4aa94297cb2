/** What was answered with 201 is there for good: whatever is killed, whenever, however often. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { freePort } from '../../harness/run/docker/ports.ts'
import { temporaryFolder } from '../cli.ts'
import { type Client, clientsOf, Web } from './fixture-client.ts'
import { communityIn, type Running, startUp } from './fixture-up.ts'

vi.setConfig({ testTimeout: 600_000 })

/** Two testbeds side by side, killed so often each. */
const KILLS = 50
/** Clients that register at the same time. */
const AT_ONCE = 4
/** After so many answers, or fewer, the end comes in the middle of the next ones. */
const ANSWERS = 5

test.concurrent.each(['one', 'another'])('killed with SIGKILL under load, fifty times: %s', async () => {
  using folder = temporaryFolder()
  const authority = await communityIn(folder.path, await freePort())
  const state = join(folder.path, 'state.db')
  const started = await startUp(folder.path, 'community.yaml', '--state', state)
  const as = started.urls.as!
  const root = readFileSync(join(folder.path, 'out/tls-root.pem'), 'utf8')
  const registered: { client: Client; clientId: string }[] = []
  /** Of whom nobody knows whether they are registered: the answer did not come. */
  const unsure: Client[] = []

  /** Ten share a certificate, so that most of the time goes to what is tested. */
  async function* clients(): AsyncGenerator<Client, never> {
    for (let batch = 1; ; batch++) {
      const uris = Array.from({ length: 10 }, (_, i) => `https://client-${batch}-${i}.example`)
      yield* await clientsOf(authority, ...(uris as [string]))
    }
  }
  const fresh = clients()

  /** Until it is killed, which is how this ends. */
  async function load(up: Running, web: Web, answers: number): Promise<void> {
    let left = answers
    const one = async () => {
      while (left > 0) {
        const client = unsure.pop() ?? (await fresh.next()).value
        try {
          const { status, body } = await web.register(up.urls.as!, client)
          expect([200, 201], JSON.stringify(body)).toContain(status)
          registered.push({ client, clientId: String(body.client_id) })
          if (--left === 0) up.child.kill('SIGKILL')
        } catch (error) {
          if (error instanceof Error && 'code' in error) unsure.push(client)
          else throw error
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, one))
    expect(await up.end('SIGKILL')).toBeNull()
  }

  async function stillThere(web: Web, some: typeof registered): Promise<void> {
    const answers = await Promise.all(some.map(({ client, clientId }) => web.token(as, client, clientId)))
    expect(answers.map(({ status, body }) => body.error ?? status)).toEqual(some.map(() => 200))
  }

  let up = started
  for (let kill = 1; kill <= KILLS; kill++) {
    const web = new Web(root)
    // The last of those before, who were answered when the end came.
    await stillThere(web, registered.slice(-2))
    await load(up, web, 1 + (kill % ANSWERS))
    web.close()
    // The scenario as it was, the URLs as they were.
    up = await startUp(folder.path, '--state', state)
    expect(up.urls.as).toBe(as)
  }
  const web = new Web(root)
  for (let from = 0; from < registered.length; from += 8)
    await stillThere(web, registered.slice(from, from + 8))
  web.close()
  expect(await up.end('SIGTERM')).toBe(0)
})
