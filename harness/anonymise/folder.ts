/**
 * A run's folder written anew for others: hosts, names, certificates and ids of real systems have aliases. It was
 * judged by what was really sent; the copy keeps the verdicts, and is not judged again.
 */
import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeMessage } from '../../wire/decode.ts'
import type { RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import type { Plan } from '../plan/plan.ts'
import type { Result } from '../result.ts'
import { withoutMessages } from '../trace/by-case.ts'
import { type Checked, problemIn } from '../trace/check.ts'
import { linesOfTrace, readDocument, readStage } from '../trace/files.ts'
import { isUnfinished, RunFolder } from '../trace/folder.ts'
import type { HalfHop, Stage } from '../trace/trace.ts'
import { Aliases } from './aliases.ts'
import { rewriteDecoded } from './decoded.ts'
import { Finder } from './finder.ts'
import { membersOf, rewriteMessage, rewriteOwn } from './message.ts'
import { Rewriter } from './rewriter.ts'
import { type Simulated, simulatedIn } from './simulated.ts'

export interface Anonymised {
  result: Result
  stage: Stage
  /** Without what went over the wire, which reports do not show. */
  trace: HalfHop[]
  /** Writes a text of the same run for others. */
  text(text: string): string
}

/**
 * @param raw a whole folder
 * @param to where the copy goes; pictures of pages have none
 * @throws BrokenFile, FolderTaken
 */
export async function copyFor(raw: string, to: string, result: Result): Promise<Anonymised> {
  const plan = (await readDocument(raw, 'plan')) as unknown as Plan
  const stage = await readStage(raw)
  const simulated = simulatedIn(plan, stage)
  const rewriter = await rewriterFor(raw, plan, stage, simulated)
  const written = <T extends object>(value: T) => rewriter.json(value as unknown as Json) as unknown as T

  const stageWritten: Stage = { ...written(stage), anonymised: true }
  const resultWritten = written(result)
  await using folder = await RunFolder.take(to)
  for (const name of reports) await rm(join(to, name), { force: true })
  await folder.write('plan', checked('plan', written(withoutPaths(plan))))
  const trace: HalfHop[] = []
  for await (const { half } of linesOfTrace(raw)) {
    const one = checked('trace', rewriteHalf(half, simulated, rewriter))
    await folder.append([one])
    trace.push(withoutMessages(one))
  }
  await copyLogs(raw, to, rewriter)
  await folder.write('stage', checked('stage', stageWritten))
  await folder.write('result', checked('result', resultWritten))
  if (!isUnfinished(raw)) await folder.finish()
  return { result: resultWritten, stage: stageWritten, trace, text: (text) => rewriter.text(text) }
}

/** All that is real must be known before anything is written. */
async function rewriterFor(raw: string, plan: Plan, stage: Stage, simulated: Simulated): Promise<Rewriter> {
  const aliases = new Aliases(simulated.names)
  const ours = new Set(simulated.certificates.map((der) => new X509Certificate(der).fingerprint256))
  const finder = new Finder(aliases, ours)
  for (const { actors } of plan.cases)
    for (const { name, place, outside, title } of actors) {
      if (!outside || typeof place !== 'object') continue
      const urls =
        'await' in place
          ? [place.await.url, place.await.start]
          : 'upstream' in place
            ? [place.url, place.upstream]
            : 'url' in place
              ? [place.url]
              : []
      for (const url of urls) if (url !== undefined) finder.url(url, name)
      if (title !== undefined) aliases.name(title)
      if (outside.community !== undefined) aliases.id(outside.community)
      finder.members(outside.facts, true)
    }
  finder.json(plan as unknown as Json)
  finder.json(stage as unknown as Json)
  for (const { broke, steps } of stage.cases)
    for (const text of [
      broke?.message,
      ...steps.flatMap(({ reason, stopped }) => [reason, stopped?.message]),
    ])
      finder.addresses(text ?? '')
  for await (const { half } of linesOfTrace(raw)) find(half, simulated, finder)
  return new Rewriter(aliases, ours)
}

function find(half: HalfHop, simulated: Simulated, finder: Finder): void {
  const isForeign = isShared(half, simulated)
  for (const [message, author] of messagesOf(half)) {
    finder.json(message as unknown as Json)
    const members = isForeign ? membersOf(message) : undefined
    if (members !== undefined) finder.members(members, !simulated.has(half.case, author))
    if (isForeign && 'url' in message && URL.canParse(message.url))
      finder.members(Object.fromEntries(new URL(message.url).searchParams), !simulated.has(half.case, author))
    const bearer = /^bearer +(\S+)$/i.exec(message.headers.authorization ?? '')?.[1]
    if (isForeign && bearer !== undefined) finder.members({ access_token: bearer }, true)
  }
  finder.addresses(half.error?.message ?? '')
}

function rewriteHalf(half: HalfHop, simulated: Simulated, rewriter: Rewriter): HalfHop {
  const { request, response, decoded, ...rest } = half
  const written = rewriter.json(rest as unknown as Json) as unknown as HalfHop
  const isForeign = isShared(half, simulated)
  const rewrite = <M extends RequestMessage | ResponseMessage>(message: M, author: string | undefined): M =>
    isForeign
      ? rewriteMessage(message, !simulated.has(half.case, author), rewriter)
      : rewriteOwn(message, rewriter)
  const asked = request && rewrite(request, half.from)
  const answered = response && rewrite(response, half.to)
  const shown = {
    ...decodedOf('request', asked, decoded, rewriter),
    ...decodedOf('response', answered, decoded, rewriter),
  }
  return {
    ...written,
    // The fingerprint of its TLS certificate.
    ...(isForeign && half.tls && { tls: { ...half.tls, peer: '' } }),
    ...(asked && { request: asked }),
    ...(answered && { response: answered }),
    ...(Object.keys(shown).length > 0 && { decoded: shown }),
  }
}

function decodedOf(
  side: 'request' | 'response',
  message: RequestMessage | ResponseMessage | undefined,
  before: HalfHop['decoded'],
  rewriter: Rewriter,
): JsonObject {
  const decoded = message && decodeMessage(message)
  return decoded ? { [side]: rewriteDecoded(decoded, before?.[side] ?? null, rewriter) } : {}
}

/** Somebody else asked, or was asked. */
const isShared = ({ case: id, from, to }: HalfHop, simulated: Simulated): boolean =>
  !simulated.has(id, from) || !simulated.has(id, to)

function messagesOf({
  request,
  response,
  from,
  to,
}: HalfHop): [RequestMessage | ResponseMessage, string | undefined][] {
  return [
    ...(request ? [[request, from] as [RequestMessage, typeof from]] : []),
    ...(response ? [[response, to] as [ResponseMessage, typeof to]] : []),
  ]
}

/** Paths of this machine. */
function withoutPaths(plan: Plan): Plan {
  const shown = (value: Json, key = ''): Json => {
    if (typeof value === 'string') return hidden.test(key) ? '…' : value
    if (Array.isArray(value)) return value.map((one) => shown(one, key))
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, name === 'at' ? one : shown(one, name)]),
    )
  }
  const cases = plan.cases.map((one) => ({
    ...one,
    actors: one.actors.map((actor) => ({
      ...actor,
      ...(actor.own && { own: shown(actor.own as unknown as Json) as unknown as typeof actor.own }),
      ...(actor.serve?.tls && { serve: { ...actor.serve, tls: { certificate: '…', key: '…' } } }),
      ...(actor.authority !== undefined && { authority: '…' }),
    })),
  }))
  return { ...plan, ...(plan.authority !== undefined && { authority: '…' }), cases }
}

const hidden = /^(file|key|env)$/

async function copyLogs(raw: string, to: string, rewriter: Rewriter): Promise<void> {
  const from = join(raw, 'logs')
  if (!existsSync(from)) return
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const folder = join(to, 'logs', entry.parentPath.slice(from.length))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8')
    await writeFile(join(folder, entry.name), rewriter.text(text), { mode: 0o600 })
  }
}

/** What a run of before may have left beside its evidence. */
const reports = ['junit.xml', 'report.md', 'sheet.csv', 'sheet.md', 'coverage.csv', 'coverage.md']

/** A document that no command could read is better never written. */
function checked<T extends object>(name: Checked, value: T): T {
  const problem = problemIn(name, value)
  if (problem) throw new Error(`the anonymised ${name} is none: ${problem}`)
  return value
}
