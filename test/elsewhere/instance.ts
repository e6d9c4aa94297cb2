/**
 * For tests: several instances of the testbed, each with a community CA and a TLS root of its own, that know nothing of
 * each other but URLs and anchors. Each simulates some actors of a scenario; the others are real systems to it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { subjectOf } from '../../actors/people.ts'
import { type Authority, openAuthority } from '../../harness/pki/authority.ts'
import { createAuthority } from '../../harness/pki/create.ts'
import { issueLeaf, pkcs12Of } from '../../harness/pki/issue.ts'
import { freePort } from '../../harness/run/docker/ports.ts'

export const PASSWORD = 'correct horse battery staple'
export const SEED = 'elsewhere'

/** What an actor of a flow is, and where its base URL ends. */
export interface Role {
  kind: 'ca' | 'server' | 'client' | 'person'
  path?: string
}
export type Roles = Record<string, Role>

/** Who simulates whom: actor to instance. */
export type Casting = Record<string, string>

export interface Instance {
  folder: string
  authority: Authority
}

export interface Together {
  instances: Record<string, Instance>
  /** Base URL of each actor that has one. */
  urls: Record<string, string>
}

interface Choices {
  /** The instance that all others reach servers through: it hands everything on and records it. */
  observer?: string
  /** A person starts at the app's own page, as the app is asked by nobody to prepare a request. */
  startPage?: boolean
}

/** Makes the folder of every instance, with its authority and its testbed.yaml. */
export async function together(
  parent: string,
  roles: Roles,
  casting: Casting,
  { observer, startPage = false }: Choices = {},
): Promise<Together> {
  writeFileSync(join(parent, 'password.txt'), PASSWORD, { mode: 0o600 })
  const names = [...new Set(['ours', ...Object.values(casting)])]
  const instances: Record<string, Instance> = {}
  for (const name of names) instances[name] = await instance(join(parent, name), `urn:example:${name}`)
  const urls: Record<string, string> = {}
  const upstream: Record<string, string> = {}
  for (const [actor, { kind, path = '' }] of Object.entries(roles)) {
    if (kind === 'ca' || kind === 'person') continue
    const host = `https://${actor}-${casting[actor]}.localhost`
    urls[actor] = `${host}:${await freePort()}${path}`
    if (observer && kind === 'server') upstream[actor] = `${host}:${await freePort()}`
  }
  const subjects = roles.idp && { idp: subjectOf({ seed: SEED, case: 'c1' }, urls.idp ?? '', 'ana') }

  for (const [name, one] of Object.entries(instances)) {
    const actors: Record<string, object> = {}
    for (const [actor, { kind }] of Object.entries(roles)) {
      const other = casting[actor] === name ? undefined : instances[casting[actor]!]!
      const url = urls[actor]
      const anchors = other && [join(other.authority.folder, 'root.pem')]
      const community = other?.authority.community
      if (kind === 'ca') {
        // Every instance has its own; only the one that the others meet uses somebody else's.
        if (other && name === 'ours') actors[actor] = { url: other.authority.url, anchors, community }
      } else if (kind === 'person') {
        const known = { username: actor, password: { file: join(parent, 'password.txt') } }
        actors[actor] = { ...known, ...(other && { await: true }), ...(subjects && { subjects }) }
      } else if (!other) {
        const port = upstream[actor] && Number(new URL(upstream[actor]).port)
        const issuer = casting.ca === name ? undefined : instances[casting.ca!]!.authority
        const own =
          name === 'ours' && issuer && (await certificate(issuer, url!, join(one.folder, `${actor}.p12`)))
        actors[actor] = { serve: { url, ...(port && { port }) }, ...(own && { certificate: own }) }
      } else if (kind === 'client') {
        const idp = urls.idp === undefined ? '' : `?${new URLSearchParams({ idp: urls.idp })}`
        actors[actor] = {
          await: true,
          url,
          anchors,
          community,
          ...(startPage && { start: `${url}/start${idp}` }),
        }
      } else {
        actors[actor] = { url, anchors, community, ...(name === observer && { upstream: upstream[actor] }) }
      }
    }
    const others = Object.values(instances).filter((each) => each !== one)
    const tlsCa = others.map(({ authority }) => join(authority.folder, 'tls-root.pem'))
    const config = { testbed: 1, authority: 'authority', tlsCa, awaitFor: 'PT60S', actors }
    writeFileSync(join(one.folder, 'testbed.yaml'), JSON.stringify(config))
  }
  return { instances, urls }
}

async function instance(folder: string, community: string): Promise<Instance> {
  mkdirSync(folder, { recursive: true })
  const url = `http://127.0.0.1:${await freePort()}`
  const path = join(folder, 'authority')
  await createAuthority({ folder: path, community, url, key: 'ec-p256' })
  return { folder, authority: openAuthority(path) }
}

/** Issued by somebody else's authority, handed over as a file. */
async function certificate(issuer: Authority, uri: string, file: string): Promise<object> {
  const issued = await issueLeaf(issuer, { uris: [uri], name: uri, key: undefined, profile: 'leaf' })
  writeFileSync(file, await pkcs12Of(issued, PASSWORD, uri), { mode: 0o600 })
  return { file, password: { file: '../password.txt' }, community: issuer.community }
}
