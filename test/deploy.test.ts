/** What deploy/ holds beside Kubernetes (test/kubernetes/), as far as it can be checked without an engine. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { kinds } from '../actors/registry.ts'
import { cli, projectFolder } from './cli.ts'
import { containersOf, ofKind, readManifests } from './kubernetes/manifests.ts'

const read = (file: string) => readFileSync(join(projectFolder, file), 'utf8')
const { version } = JSON.parse(read('package.json')) as { version: string }
const community = () => readManifests('community')
const everything = () => [...community(), ...readManifests('study'), ...readManifests('study/merge')]

interface Service {
  image: string
  command: string[]
  ports?: string[]
  networks: { community: { aliases?: string[] } }
  depends_on?: Record<string, { condition: string }>
  [key: string]: unknown
}

describe('the community', () => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true }) as { services: Record<string, Service> }
  const scenario = parse(read('deploy/community.yaml')) as {
    actors: Record<string, { kind: string; place?: { manage: string; url: string } }>
  }
  const joined = Object.entries(scenario.actors).flatMap(([name, { kind, place }]) =>
    place
      ? [{ name, kind, manage: new URL(place.manage), url: place.url, port: Number(place.url.split(':')[2]) }]
      : [],
  )
  const names = joined.map(({ name }) => name)

  test('is a scenario', async () => {
    expect(await cli('validate', 'deploy/community.yaml')).toMatchObject({ code: 0 })
  })

  test('has a container for each actor, of its kind, at the name and port of its URL', () => {
    const actorArgs = (kind: string) => ['actor', kind, '--address', '0.0.0.0', '--port', '7000']
    expect(Object.keys(compose.services)).toEqual([...names, 'testbed'])
    expect(Object.keys(compose.services.testbed!.depends_on!)).toEqual(names)
    for (const { name, kind, manage, url, port } of joined) {
      expect(manage.href).toBe(`http://${name}:7000/`)
      expect(url).toContain(`//${name}.$`)
      const service = compose.services[name]!
      expect(service.command).toEqual(actorArgs(kind))
      expect(service.ports![0]).toBe(`\${TESTBED_ADDRESS:-127.0.0.1}:${port}:${port}`)
      expect(service.networks.community.aliases).toEqual([`${name}.\${TESTBED_HOST:-localhost}`])
    }
  })

  test('has the same on a cluster', () => {
    const manifests = community()
    expect(ofKind(manifests, 'Service').map(({ metadata }) => metadata.name)).toEqual(names)
    for (const { name, kind, port } of joined) {
      const one = ofKind(manifests, 'Service').find(({ metadata }) => metadata.name === name)!
      expect(one.spec.ports.map((each) => each.port)).toEqual([7000, port])
      const container = containersOf(
        ofKind(manifests, 'Deployment').find((d) => d.metadata.name === name)!,
      )[0]!
      expect(container.args).toEqual(compose.services[name]!.command)
      expect(container.args![1]).toBe(kind)
    }
    const namespace = ofKind(manifests, 'Namespace')[0]!.metadata.name
    const [driver] = containersOf(ofKind(manifests, 'Deployment').find((d) => d.metadata.name === 'testbed')!)
    expect(driver!.args).toContain(`host=${namespace}.svc.cluster.local`)
  })

  test('has no container that may more than it must', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect.soft({ name, ...service }).toMatchObject({
        image: `\${UDAP_TESTBED_IMAGE:-udap-testbed:${version}}`,
        restart: 'unless-stopped',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: expect.any(String),
        pids_limit: expect.any(Number),
      })
    }
  })
})

describe('the example of a workflow', () => {
  interface Job {
    strategy?: { matrix: { shard: number[] } }
    needs?: string
    steps: { uses?: string; run?: string }[]
  }
  const { jobs } = parse(read('deploy/ci-matrix.yaml')) as { jobs: { shard: Job; merge: Job } }

  test('runs each shard once, and merges them afterwards', () => {
    const { shard } = jobs.shard.strategy!.matrix
    expect(shard).toEqual(shard.map((_, i) => i + 1))
    expect(jobs.shard.steps.flatMap(({ run }) => run ?? []).join()).toContain(
      '--shard ${{ matrix.shard }}/${{ strategy.job-total }} --output-dir study/shard-${{ matrix.shard }}',
    )
    expect(jobs.merge.needs).toBe('shard')
  })

  test('names each action with its major version', () => {
    const used = [...jobs.shard.steps, ...jobs.merge.steps].flatMap(({ uses }) => uses ?? [])
    expect(used.filter((one) => !/^actions\/[a-z-]+@v\d+$/.test(one))).toEqual([])
  })
})

test('every flag that deploy/ gives the command exists', async () => {
  const { jobs } = parse(read('deploy/ci-matrix.yaml')) as {
    jobs: Record<string, { steps: { run?: string }[] }>
  }
  const lines = [
    ...Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run?.split(' -- ')[1] ?? [])),
    ...everything().flatMap((manifest) => containersOf(manifest).map(({ args }) => args!.join(' '))),
  ]
  const commands = new Set(lines.map((line) => line.split(' ')[0]!))
  expect([...commands].sort()).toEqual(['actor', 'merge', 'run', 'up'])
  const help = new Map<string, string>()
  for (const command of commands) help.set(command, (await cli(command, '--help')).out)
  for (const line of lines) {
    const [command, ...words] = line.split(' ')
    for (const flag of words.filter((word) => word.startsWith('-')))
      expect.soft(help.get(command!), `${command} ${flag}`).toMatch(new RegExp(`(^|[ ,])${flag}\\b`, 'm'))
    if (command === 'actor') expect.soft(kinds).toContain(words[0])
  }
})
