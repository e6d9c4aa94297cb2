/** What deploy/kubernetes/ holds, as far as it can be checked without a cluster; and that the checks find what is wrong. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { projectFolder } from '../cli.ts'
import {
  containersOf,
  type Manifest,
  manifestsOf,
  nameOf,
  ofKind,
  readManifests,
  workloadsOf,
} from './manifests.ts'
import { mayReach } from './reach.ts'
import { unknownFields, wrongValues } from './schema.ts'
import type { Deployment, Job, Service } from './types.ts'
import { wrongWiring } from './wiring.ts'

const folders = ['community', 'study', 'study/merge'] as const
const community = () => readManifests('community')
/** As they are applied, one after the other. */
const study = () => [...readManifests('study'), ...readManifests('study/merge')]
const both = () => [...community(), ...study()]

describe('what a cluster gets', () => {
  test('obeys the Kubernetes API', () => {
    expect(wrongValues(both())).toEqual([])
    expect(unknownFields(both())).toEqual([])
  })

  test('fits together', () => {
    expect([wrongWiring(community()), wrongWiring(study())]).toEqual([[], []])
  })

  test('is of the image of this version', () => {
    const images = both().flatMap((manifest) => containersOf(manifest).map(({ image }) => image))
    expect(new Set(images)).toEqual(new Set([`udap-testbed:${packageJson.version}`]))
  })

  test('is the same for every actor, but for its name, its kind and its port', () => {
    const actors = ofKind(community(), 'Deployment').filter(({ metadata }) => metadata.name !== 'testbed')
    expect(actors).toHaveLength(6)
    const anonymous = actors.map((actor) => {
      const { name } = actor.metadata
      const [container] = containersOf(actor)
      const port = String(container!.ports![1]!.containerPort)
      const text = JSON.stringify(actor).replaceAll(`"${name}"`, '"*"').replaceAll(port, '0')
      return text.replace(`"${container!.args![1]}"`, '"*"')
    })
    expect(new Set(anonymous).size).toBe(1)
  })

  test('lets only the testbed manage an actor, and everybody speak with it', () => {
    const manifests = community()
    const pods = workloadsOf(manifests)
    const testbed = pods.find(({ name }) => name === 'Deployment testbed')!
    const actors = pods.filter((pod) => pod !== testbed)
    const may = (from: typeof testbed | undefined, to: typeof testbed | undefined, port: string | number) =>
      mayReach(manifests, from, to, port)
    for (const actor of actors) {
      expect.soft([actor.name, may(testbed, actor, 'management')]).toEqual([actor.name, true])
      expect.soft([actor.name, may(undefined, actor, 'management')]).toEqual([actor.name, false])
      expect.soft([actor.name, may(undefined, actor, 'protocol')]).toEqual([actor.name, true])
      expect.soft([actor.name, may(actor, undefined, 53)]).toEqual([actor.name, true])
      expect.soft([actor.name, may(actor, undefined, 443)]).toEqual([actor.name, false])
      for (const other of actors) {
        expect
          .soft([actor.name, other.name, may(actor, other, 'protocol')])
          .toEqual([actor.name, other.name, true])
        expect
          .soft([actor.name, other.name, may(actor, other, 'management')])
          .toEqual([actor.name, other.name, false])
      }
    }
    expect(may(undefined, testbed, 'protocol')).toBe(false)
    const shard = workloadsOf(study())[0]
    expect([mayReach(study(), shard, undefined, 443), mayReach(study(), undefined, shard, 443)]).toEqual([
      false,
      false,
    ])
  })

  test.for(folders)('%s: kubectl makes of it what was checked here', (folder, { skip }) => {
    const rendered = kustomize(folder)
    if (rendered === undefined) {
      if (process.env.CI) throw new Error('There is no kubectl on the PATH.')
      return skip('there is no kubectl on the PATH: apt-get install kubernetes-client')
    }
    const sorted = (manifests: Manifest[]) => manifests.sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
    expect(sorted(manifestsOf(rendered))).toEqual(sorted(readManifests(folder)))
  })
})

/** @returns undefined where there is no kubectl */
function kustomize(folder: string): string | undefined {
  try {
    return execFileSync('kubectl', ['kustomize', join(projectFolder, 'deploy/kubernetes', folder)], {
      encoding: 'utf8',
      timeout: 15_000,
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

describe('what would break it is found', () => {
  const deployment = (manifests: Manifest[], name = 'as'): Deployment =>
    ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === name)!
  const container = (manifests: Manifest[]) => containersOf(deployment(manifests))[0]!
  const service = (manifests: Manifest[]): Service =>
    ofKind(manifests, 'Service').find(({ metadata }) => metadata.name === 'as')!
  const policy = (manifests: Manifest[]) =>
    ofKind(manifests, 'NetworkPolicy').find(({ metadata }) => metadata.name === 'to-actors')!
  const job = (manifests: Manifest[]): Job => ofKind(manifests, 'Job')[0]!

  const fields: [string, (manifests: Manifest[]) => object, string][] = [
    ['a field of a container', container, 'imagePullPolice'],
    ['a field of a probe', (all) => container(all).livenessProbe!, 'failureTreshold'],
    ['a field of a pod', (all) => deployment(all).spec.template.spec, 'nodeSelectors'],
    ['a field of a Service', (all) => service(all).spec, 'selectors'],
    ['a field of a NetworkPolicy', (all) => policy(all).spec, 'ingres'],
    ['a field of a Job', (all) => job(all).spec, 'backoffLimitPerindex'],
  ]
  test('names that nobody knows', () => {
    const spoilt = fields.flatMap(([, where, field]) => {
      const manifests = both()
      Object.assign(where(manifests), { [field]: 1 })
      return manifests
    })
    expect(unknownFields(spoilt).map((problem) => /'"(\w+)"' does not exist/.exec(problem)?.[1])).toEqual(
      fields.map(([, , field]) => field),
    )
  })

  const values: [string, (manifests: Manifest[]) => unknown, RegExp][] = [
    [
      'a quantity',
      (all) => Object.assign(container(all).resources!.limits!, { memory: '384MB' }),
      /limits\/memory format/,
    ],
    ['a number', (all) => Object.assign(deployment(all).spec, { replicas: 'one' }), /spec\/replicas type/],
    [
      'a missing selector',
      (all) => delete (deployment(all).spec as { selector?: unknown }).selector,
      /selector/,
    ],
    [
      'an API of yesterday',
      (all) => Object.assign(deployment(all), { apiVersion: 'apps/v1beta1' }),
      /apiVersion/,
    ],
    ['a kind that is none', (all) => Object.assign(deployment(all), { kind: 'Deploy' }), /no kind/],
  ]
  test.for(values)('%s', ([, spoil, problem]) => {
    const manifests = both()
    spoil(manifests)
    expect(wrongValues(manifests).join('\n')).toMatch(problem)
  })

  const wirings: [string, (manifests: Manifest[]) => unknown, RegExp][] = [
    [
      'selector',
      (all) => Object.assign(service(all).spec.selector, { tier: 'x' }),
      /Service as selects nothing/,
    ],
    [
      'target port',
      (all) => Object.assign(service(all).spec.ports[1]!, { targetPort: 'https' }),
      /leads to port https/,
    ],
    ['port', (all) => Object.assign(service(all).spec.ports![1]!, { port: 443 }), /443 is 8441 inside/],
    [
      'probe',
      (all) => Object.assign(container(all).livenessProbe!.httpGet!, { port: 'web' }),
      /probed at web/,
    ],
    ['no probe', (all) => delete container(all).readinessProbe, /is not probed/],
    ['no limit', (all) => delete container(all).resources!.limits!.memory, /no limits of memory/],
    [
      'writable',
      (all) => delete container(all).securityContext!.readOnlyRootFilesystem,
      /can write to its image/,
    ],
    ['root', (all) => delete deployment(all).spec.template.spec.securityContext!.runAsNonRoot, /as root/],
    ['volume', (all) => delete deployment(all).spec.template.spec.volumes, /mounts tmp/],
    [
      'own pods',
      (all) => Object.assign(deployment(all).spec.selector.matchLabels, { a: 'b' }),
      /its own pods/,
    ],
    [
      'policy',
      (all) => Object.assign(policy(all).spec.podSelector, { matchLabels: { a: 'b' } }),
      /selects nobody/,
    ],
    [
      'policy port',
      (all) => Object.assign(policy(all).spec.ingress![1]!.ports![0]!, { port: 'web' }),
      /port web/,
    ],
    [
      'shards',
      (all) => Object.assign(job(all).spec, { completions: 8 }),
      /8 completions, 10 at once, and runs job\/10/,
    ],
    ['exit 1', (all) => job(all).spec.podFailurePolicy!.rules.splice(1, 1), /again when cases have failed/],
    [
      'claim',
      (all) =>
        all.splice(
          all.findIndex(({ kind }) => kind === 'PersistentVolumeClaim'),
          1,
        ),
      /nobody claims/,
    ],
  ]
  test.for(wirings)('%s', ([, spoil, problem]) => {
    const manifests = both()
    spoil(manifests)
    expect(wrongWiring(manifests).join('\n')).toMatch(problem)
  })
})
