/** For tests: the objects of a folder with a kustomization, as a cluster would get them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { projectFolder } from '../cli.ts'
import type { Container, Labels, Manifest, PodSpec } from './types.ts'

export type { Labels, Manifest }

interface Kustomization {
  namespace: string
  resources: string[]
  images: { name: string; newName: string; newTag: string }[]
}

/** @param folder below deploy/kubernetes/ */
export function readManifests(folder: string): Manifest[] {
  const read = (file: string) => readFileSync(join(projectFolder, 'deploy/kubernetes', folder, file), 'utf8')
  const { namespace, resources, images } = parse(read('kustomization.yaml')) as Kustomization
  const manifests = resources.flatMap((file) => manifestsOf(read(file)))
  for (const manifest of manifests) {
    if (manifest.kind !== 'Namespace') manifest.metadata = { ...manifest.metadata, namespace }
    for (const container of containersOf(manifest)) {
      const image = images.find(({ name }) => name === container.image)
      if (image) container.image = `${image.newName}:${image.newTag}`
    }
  }
  return manifests
}

export const manifestsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest)

export const ofKind = <K extends Manifest['kind']>(manifests: Manifest[], kind: K) =>
  manifests.filter((one): one is Extract<Manifest, { kind: K }> => one.kind === kind)

export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`

/** What makes pods. */
export interface Workload {
  name: string
  labels: Labels
  pod: PodSpec
}

export function workloadsOf(manifests: Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind !== 'Deployment' && manifest.kind !== 'Job') return []
    const { template } = manifest.spec
    return [{ name: nameOf(manifest), labels: template.metadata?.labels ?? {}, pod: template.spec }]
  })
}

export const containersOf = (manifest: Manifest): Container[] =>
  workloadsOf([manifest]).flatMap(({ pod }) => pod.containers)

/** No labels select all. */
export const selects = (wanted: Labels | undefined, labels: Labels): boolean =>
  Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value)
