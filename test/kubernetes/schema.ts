/** For tests: do manifests obey the Kubernetes API? Values by its JSON Schemas, names of fields by its types. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1'
import { Job } from 'kubernetes-models/batch/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { Namespace, PersistentVolumeClaim, Service } from 'kubernetes-models/v1'
import { projectFolder, temporaryFolder } from '../cli.ts'
import { type Manifest, nameOf } from './manifests.ts'

const models = { Deployment, Job, Namespace, NetworkPolicy, PersistentVolumeClaim, Service }
const modules: Record<Manifest['kind'], string> = {
  Deployment: 'apps/v1',
  Job: 'batch/v1',
  Namespace: 'v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PersistentVolumeClaim: 'v1',
  Service: 'v1',
}

/** Wrong values: types, formats, what must be there. */
export function wrongValues(manifests: Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    if (!(manifest.kind in models)) return [`${nameOf(manifest)}: no kind that deploy/ uses`]
    const model = new models[manifest.kind](manifest as never)
    // The constructor knows what these should be.
    Object.assign(model, { apiVersion: manifest.apiVersion })
    try {
      model.validate()
      return []
    } catch (error) {
      return [`${nameOf(manifest)}: ${(error as Error).message}`]
    }
  })
}

/** Fields that nobody knows: an API server drops them, or refuses. The compiler finds them in a literal of the type. */
export function unknownFields(manifests: Manifest[]): string[] {
  using folder = temporaryFolder()
  const file = join(folder.path, 'manifests.ts')
  const starts: number[] = []
  let text = ''
  for (const manifest of manifests) {
    const { kind } = manifest
    const module = join(projectFolder, 'node_modules/kubernetes-models', modules[kind], `${kind}.js`)
    starts.push(text.split('\n').length)
    const type = `import(${JSON.stringify(module)}).I${kind}`
    text += `export const _${starts.length}: ${type} = ${JSON.stringify(manifest, null, 1)}\n`
  }
  writeFileSync(file, text)
  const flags =
    '--noEmit --strict --skipLibCheck --module nodenext --target es2024 --pretty false --ignoreConfig'
  const tsc = join(projectFolder, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, ...flags.split(' '), file], { encoding: 'utf8', timeout: 60_000 })
    return []
  } catch (error) {
    const { stdout = '', message } = error as { stdout?: string; message: string }
    const found = [...stdout.matchAll(/\((\d+),\d+\): error TS\d+: (.+)/g)]
    if (found.length === 0) throw new Error(`tsc said nothing of the manifests: ${stdout}${message}`)
    return found.map(([, line, why]) => {
      const index = starts.findLastIndex((start) => start <= Number(line))
      return `${nameOf(manifests[index]!)}: ${why}`
    })
  }
}
