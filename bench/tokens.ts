/**
 * Tokens per second over plain HTTP: our authorization server, oidc-provider and the floor. Every server has a
 * process of its own; rounds are interleaved, so that a slow moment of the machine hits all of them.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Client, openClient, presign } from './client.ts'
import { keep, machineInWords, median, printTable, round2 } from './table.ts'
import type { Target } from './target.ts'

const ROUNDS = 5
const WARM_UP = 500
const REQUESTS = 1000

interface Contender {
  name: string
  file: string
  args?: string[]
  /** Fewer where one takes long. */
  requests?: number
}

const contenders: Contender[] = [
  { name: 'floor: bare Fastify, one verify, one RS256 sign', file: 'floor.ts' },
  { name: 'oidc-provider: private_key_jwt, JWT access token', file: 'oidc-provider.ts' },
  { name: 'ours: all checks, revocation off', file: 'ours.ts', args: ['off'] },
  // Its certificate authority shares the process: both OCSP answers of each token are made and checked there.
  {
    name: 'ours: the same, and two OCSP answers a token',
    file: 'ours.ts',
    args: ['hard-fail'],
    requests: 100,
  },
]

interface Running extends Contender {
  child: ChildProcess
  target: Target
  client: Client
  perSecond: number[]
}

const running = await Promise.all(contenders.map(start))
for (const each of running) await round(each, Math.min(WARM_UP, (each.requests ?? WARM_UP) * 2))
for (let turn = 0; turn < ROUNDS; turn++) {
  // Another one first each time.
  for (let place = 0; place < running.length; place++) {
    const each = running[(turn + place) % running.length]!
    each.perSecond.push(await round(each, each.requests ?? REQUESTS))
  }
}
for (const each of running) {
  await each.client.close()
  each.child.disconnect()
}
report()

async function start(contender: Contender): Promise<Running> {
  const file = new URL(`./servers/${contender.file}`, import.meta.url)
  // What a server says about itself is of interest only when it does not come up.
  const child = fork(file, contender.args ?? [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-2000)
  })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${contender.file} ended with code ${code} before it was ready.\n${complaints}`)
  })
  const [target] = (await Promise.race([once(child, 'message'), failed])) as [Target]
  failed.catch(() => {})
  return { ...contender, child, target, client: openClient(target), perSecond: [] }
}

async function round({ target, client }: Running, requests: number): Promise<number> {
  return client.run(await presign(target, requests))
}

function report(): void {
  const [floor, other] = running.map(({ perSecond }) => median(perSecond))
  const rows = running.map(({ name, perSecond }) => ({
    name,
    median: Math.round(median(perSecond)),
    lowest: Math.round(Math.min(...perSecond)),
    highest: Math.round(Math.max(...perSecond)),
    ofFloor: round2(median(perSecond) / floor!),
    ofOidcProvider: round2(median(perSecond) / other!),
  }))
  console.log(
    `Tokens per second, median of ${ROUNDS} rounds (lowest to highest), 16 connections, plain HTTP.`,
  )
  console.log(`${machineInWords}\n`)
  printTable(
    ['', 'tokens/s', 'range', 'of floor', 'of oidc-provider'],
    rows.map((row) => [
      row.name,
      String(row.median),
      `${row.lowest} to ${row.highest}`,
      row.ofFloor.toFixed(2),
      row.ofOidcProvider.toFixed(2),
    ]),
  )
  keep('tokens', { rounds: ROUNDS, rows })
}
