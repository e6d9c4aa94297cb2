/** For tests: do manifests obey the Kubernetes API? Values by its JSON Schemas, names of fields by its types. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment'
import { validate as job } from 'kubernetes-models/_schemas/IoK8sApiBatchV1Job'
import { validate as namespace } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Namespace'
import { validate as claim } from 'kubernetes-models/_schemas/IoK8sApiCoreV1PersistentVolumeClaim'
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service'
import { validate as networkPolicy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy'
import { projectFolder, temporaryFolder } from '../cli.ts'
import { type Manifest, nameOf } from './manifests.ts'

/** As ajv compiles a schema: what was wrong last lies beside the function. */
type Validate = ((manifest: unknown) => boolean) & {
  errors?: { instancePath: string; keyword: string; params: object }[]
}

/** Module of the kind's type, and its schema. */
const models: Record<Manifest['kind'], [string, Validate]> = {
  Deployment: ['apps/v1', deployment],
  Job: ['batch/v1', job],
  Namespace: ['v1', namespace],
  NetworkPolicy: ['networking.k8s.io/v1', networkPolicy],
  PersistentVolumeClaim: ['v1', claim],
  Service: ['v1', service],
}

/** Wrong values: types, formats, what must be there. */
export function wrongValues(manifests: Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    if (!(manifest.kind in models)) return [`${nameOf(manifest)}: no kind that deploy/ uses`]
    const [, validate] = models[manifest.kind]
    if (validate(manifest)) return []
    const problems = validate.errors ?? []
    return problems.map(
      ({ instancePath, keyword, params }) =>
        `${nameOf(manifest)}: ${instancePath} ${keyword} ${JSON.stringify(params)}`,
    )
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
    const module = join(projectFolder, 'node_modules/kubernetes-models', models[kind][0], `${kind}.js`)
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
