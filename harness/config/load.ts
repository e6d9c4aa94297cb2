/** testbed.yaml → what the command line would say, and more: which actors are real systems, and who trusts whom. */
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readAnchors } from '../pki/anchors.ts'
import { openAuthority } from '../pki/authority.ts'
import { readCredential } from '../pki/credential.ts'
import { readSecret } from '../pki/secret.ts'
import { readTls } from '../pki/tls-files.ts'
import { type Document, type Keys, readDocument } from '../plan/document.ts'
import { isWait, isWebUrl, type PlanOptions, whyNoUrl } from '../plan/options.ts'
import type { Secret } from '../plan/plan.ts'
import type { Problem } from '../plan/problem.ts'
import type { LastingAuthority, System } from '../plan/system.ts'
import { validate } from '../plan/validate.ts'
import { type ActorConfig, TestbedFile } from './schema.ts'

export interface Config {
  options: Pick<
    PlanOptions,
    'spec' | 'inputs' | 'systems' | 'authority' | 'tlsRoots' | 'awaitFor' | 'communities'
  >
  knownFailures?: string
}

/**
 * @param path of testbed.yaml; what it names is found beside it
 * @param secrets whether certificates are opened with their passwords, as a run will
 */
export function readConfig(
  path: string,
  text: string,
  secrets: boolean,
): { config: Config } | { problems: Problem[] } {
  const document = readDocument(path, text, 'It begins with testbed: 1; `init` writes one.')
  if (!('value' in document)) return { problems: [document.problem] }
  const problems = validate(TestbedFile, document.value, document)
  if (problems.length > 0) return { problems }
  const config = new Reader(path, document, secrets)
  const read = config.read(document.value as TestbedFile)
  return config.problems.length > 0 ? { problems: config.problems } : { config: read }
}

class Reader {
  readonly problems: Problem[] = []
  readonly #folder: string
  readonly #document: Document
  readonly #secrets: boolean

  constructor(path: string, document: Document, secrets: boolean) {
    this.#folder = dirname(path)
    this.#document = document
    this.#secrets = secrets
  }

  read({
    spec,
    inputs,
    communities,
    authority,
    tlsCa,
    knownFailures,
    awaitFor,
    actors = {},
  }: TestbedFile): Config {
    if (awaitFor !== undefined && !isWait(awaitFor))
      this.#problem(['awaitFor'], `${awaitFor} is no duration`, 'for example PT5M, five minutes')
    const lasting = authority === undefined ? undefined : this.#authority(authority, ['authority'])
    const options = {
      ...(spec !== undefined && { spec }),
      ...(inputs && { inputs: Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, String(v)])) }),
      ...(communities !== undefined && { communities: this.#path(communities) }),
      ...(lasting && { authority: lasting }),
      ...(tlsCa && { tlsRoots: tlsCa.flatMap((file, i) => this.#tlsRoots(file, ['tlsCa', i])) }),
      ...(awaitFor !== undefined && { awaitFor }),
      systems: Object.fromEntries(
        Object.entries(actors).map(([name, actor]) => [name, this.#system(actor, ['actors', name])]),
      ),
    }
    return { options, ...(knownFailures !== undefined && { knownFailures: this.#path(knownFailures) }) }
  }

  #system(actor: ActorConfig, at: Keys): System {
    this.#check(actor, at)
    const { anchors, password, certificate, serve, authority, ...own } = actor
    return {
      ...own,
      ...(anchors && { anchors: anchors.flatMap((file, i) => this.#anchors(file, [...at, 'anchors', i])) }),
      ...(password && { password: this.#secret(password, [...at, 'password']) }),
      ...(certificate && { certificate: this.#certificate(certificate, [...at, 'certificate']) }),
      ...(serve && { serve: this.#serve(serve, [...at, 'serve', 'tls']) }),
      ...this.#lasting(authority, [...at, 'authority']),
    }
  }

  /** What does not go together. */
  #check(actor: ActorConfig, at: Keys): void {
    const { url, await: acts, start, upstream, certificate, serve, authority } = actor
    const isReal = url !== undefined || acts === true
    if (isReal) {
      // Who is observed is served by the testbed.
      const served = upstream === undefined ? { serve } : {}
      const fixed = Object.entries({ certificate, authority, ...served }).find(
        ([, value]) => value !== undefined,
      )
      if (fixed) {
        const message = `${fixed[0]} is for a simulated actor, and ${at.at(-1)} is a real system`
        this.#problem([...at, fixed[0]], message, `leave ${fixed[0]} out, or take away url and await`)
      }
    } else {
      for (const key of ['anchors', 'community', 'allowFaults', 'endpoints', 'facts'] as const) {
        if (actor[key] === undefined) continue
        const hint = 'say its url, or await: true for who comes to us'
        this.#problem(
          [...at, key],
          `${key} is for a real system, and ${at.at(-1)} is a simulated actor`,
          hint,
        )
      }
    }
    if (upstream !== undefined && (url === undefined || acts))
      this.#problem([...at, 'upstream'], 'upstream needs the url at which the testbed listens for it')
    if (upstream !== undefined && isWebUrl(upstream) && new URL(upstream).pathname !== '/')
      this.#problem(
        [...at, 'upstream'],
        'upstream has a path, and paths are handed on as they come',
        'leave it out',
      )
    if (start !== undefined && !acts)
      this.#problem([...at, 'start'], 'start is for a client that comes to us', 'add await: true')
    for (const [key, value] of Object.entries({ url, start, upstream, 'serve.url': serve?.url })) {
      // A client may be called by a URI of another kind.
      const isUri = key === 'url' && acts && URL.canParse(value ?? '') && !isWebUrl(value ?? '')
      const why = value === undefined || isUri ? undefined : whyNoUrl(value)
      if (why !== undefined) this.#problem([...at, ...key.split('.')], why, 'for example https://as.example')
    }
  }

  #anchors(file: string, at: Keys): string[] {
    return this.#reading(at, () => readAnchors(this.#path(file))) ?? []
  }

  #tlsRoots(file: string, at: Keys): string[] {
    return this.#reading(at, () => tlsRootsOf(this.#path(file))) ?? []
  }

  #authority(folder: string, at: Keys): LastingAuthority | undefined {
    const path = this.#path(folder)
    const opened = this.#reading(at, () => openAuthority(path))
    return opened && { folder: path, url: opened.url, community: opened.community }
  }

  #lasting(folder: string | undefined, at: Keys): Pick<System, 'authority'> {
    const authority = folder === undefined ? undefined : this.#authority(folder, at)
    return authority ? { authority } : {}
  }

  #certificate(
    { file, key, password, ...own }: NonNullable<ActorConfig['certificate']>,
    at: Keys,
  ): NonNullable<System['certificate']> {
    const read = {
      ...own,
      file: this.#path(file),
      ...(key !== undefined && { key: this.#path(key) }),
      ...(password && { password: this.#secret(password, [...at, 'password']) }),
    }
    if (this.#secrets && this.problems.length === 0)
      this.#reading([...at, 'file'], () => readCredential(read))
    return read
  }

  #secret(secret: Secret, at: Keys): Secret {
    const found = 'file' in secret ? { file: this.#path(secret.file) } : secret
    if (this.#secrets) this.#reading(at, () => readSecret(found))
    return found
  }

  #serve({ tls, ...own }: NonNullable<ActorConfig['serve']>, at: Keys): NonNullable<System['serve']> {
    if (!tls) return own
    const files = { certificate: this.#path(tls.certificate), key: this.#path(tls.key) }
    if (this.#secrets) this.#reading(at, () => readTls(files))
    return { ...own, tls: files }
  }

  #path(path: string): string {
    return resolve(this.#folder, path)
  }

  #reading<T>(at: Keys, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      this.#problem(at, (error as Error).message)
      return undefined
    }
  }

  #problem(at: Keys, message: string, hint?: string): void {
    this.problems.push(this.#document.problem(at, message.replace(/\.$/, ''), hint))
  }
}

/** @throws with what is wrong with the file */
export function tlsRootsOf(file: string): string[] {
  if (!existsSync(file)) throw new Error(`${file}: there is no such file`)
  const blocks = readFileSync(file, 'utf8').match(
    /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g,
  )
  if (!blocks) throw new Error(`${file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`)
  for (const [i, block] of blocks.entries()) {
    try {
      new X509Certificate(block)
    } catch {
      throw new Error(`${file}: its certificate ${i + 1} cannot be read`)
    }
  }
  return blocks
}
