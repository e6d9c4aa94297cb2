/** For tests: do the manifests of a folder fit together? Each problem in a sentence. */
import { type Manifest, nameOf, ofKind, selects, type Workload, workloadsOf } from './manifests.ts'
import type { Container } from './types.ts'

/** The secret that whoever applies it makes before. */
const SECRET = 'udap-testbed-token'

export function wrongWiring(manifests: Manifest[]): string[] {
  const workloads = workloadsOf(manifests)
  return [
    ...wrongSelectors(manifests),
    ...wrongServices(manifests, workloads),
    ...wrongPolicies(manifests, workloads),
    ...workloads.flatMap((workload) => [...wrongPod(workload), ...wrongVolumes(workload, manifests)]),
    ...ofKind(manifests, 'Job').flatMap(wrongJob),
  ]
}

function wrongSelectors(manifests: Manifest[]): string[] {
  return ofKind(manifests, 'Deployment').flatMap((deployment) => {
    const { selector, template } = deployment.spec
    const fits = selects(selector.matchLabels, template.metadata?.labels ?? {})
    return fits ? [] : [`${nameOf(deployment)} does not select its own pods`]
  })
}

/** The port is the same inside as outside, because it stands in the actor's URL. */
function wrongServices(manifests: Manifest[], workloads: Workload[]): string[] {
  return ofKind(manifests, 'Service').flatMap((service) => {
    const { selector, ports = [] } = service.spec
    const [selected, ...more] = workloads.filter(({ labels }) => selects(selector, labels))
    if (!selected || more.length > 0)
      return [`${nameOf(service)} selects ${selected ? 'several workloads' : 'nothing'}`]
    return ports.flatMap(({ port, targetPort }) => {
      const found = portsOf(selected).find(({ name }) => name === targetPort)
      if (!found)
        return [`${nameOf(service)} leads to port ${targetPort}, which ${selected.name} does not have`]
      return found.containerPort === port
        ? []
        : [`${nameOf(service)}: ${port} is ${found.containerPort} inside`]
    })
  })
}

function wrongPolicies(manifests: Manifest[], workloads: Workload[]): string[] {
  return ofKind(manifests, 'NetworkPolicy').flatMap((policy) => {
    const { podSelector, ingress = [], egress = [] } = policy.spec
    const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)]
    const own = peers.filter(({ namespaceSelector }) => !namespaceSelector)
    const selectors = [podSelector, ...own.map((peer) => peer.podSelector)]
    const names = [...ingress, ...egress].flatMap(({ ports = [] }) => ports.map(({ port }) => port))
    const known = new Set(workloads.flatMap(portsOf).map(({ name }) => name))
    return [
      ...selectors
        .filter((selector) => !workloads.some(({ labels }) => selects(selector?.matchLabels, labels)))
        .map((selector) => `${nameOf(policy)} selects nobody by ${JSON.stringify(selector)}`),
      ...names
        .filter((name) => typeof name === 'string' && !known.has(name))
        .map((name) => `${nameOf(policy)} names port ${name}, which nobody has`),
    ]
  })
}

function wrongPod({ name, labels, pod }: Workload): string[] {
  const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext ?? {}
  const wrong = [
    ...['name', 'component', 'part-of']
      .filter((label) => !labels[`app.kubernetes.io/${label}`])
      .map((label) => `has no label app.kubernetes.io/${label}`),
    ...(pod.automountServiceAccountToken === false ? [] : ['gets a service account token']),
    ...(runAsNonRoot && runAsUser === 65532 ? [] : ['may run as root']),
    ...(seccompProfile?.type === 'RuntimeDefault' ? [] : ['has no seccomp profile']),
    ...pod.containers.flatMap((container) => wrongContainer(container)),
  ]
  return wrong.map((one) => `${name} ${one}`)
}

function wrongContainer({ resources, securityContext, ports = [], ...container }: Container): string[] {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = securityContext ?? {}
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe]
  const asked = probes.flatMap((probe) => probe?.httpGet?.port ?? [])
  return [
    ...(['requests', 'limits'] as const).flatMap((kind) =>
      ['cpu', 'memory', 'ephemeral-storage']
        .filter((what) => resources?.[kind]?.[what] === undefined)
        .map((what) => `has no ${kind} of ${what}`),
    ),
    ...(allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
    ...(readOnlyRootFilesystem ? [] : ['can write to its image']),
    ...(capabilities?.drop?.includes('ALL') && !capabilities.add ? [] : ['has capabilities']),
    ...asked
      .filter((port) => !ports.some(({ name }) => name === port))
      .map((port) => `is probed at ${port}, which it does not have`),
    ...(ports.length > 0 && asked.length < probes.length ? ['serves and is not probed'] : []),
  ]
}

function wrongVolumes({ name, pod }: Workload, manifests: Manifest[]): string[] {
  const volumes = new Map((pod.volumes ?? []).map((volume) => [volume.name, volume]))
  const claims = ofKind(manifests, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)
  const secrets = pod.containers.flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
  )
  return [
    ...pod.containers
      .flatMap(({ volumeMounts = [] }) => volumeMounts)
      .filter((mount) => !volumes.has(mount.name))
      .map((mount) => `${name} mounts ${mount.name}, which is no volume of it`),
    ...[...volumes.values()]
      .flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
      .filter((claim) => !claims.includes(claim))
      .map((claim) => `${name} wants the volume of ${claim}, which nobody claims`),
    ...secrets
      .filter((secret) => secret.name !== SECRET)
      .map((secret) => `${name} wants the secret ${secret.name}`),
  ]
}

/** What an exit code means: harness/cli/exit.ts. */
function wrongJob(job: Extract<Manifest, { kind: 'Job' }>): string[] {
  const { completionMode, completions, parallelism, podFailurePolicy, template } = job.spec
  const containers = template.spec.containers
  const rules = podFailurePolicy?.rules ?? []
  const actionOf = (code: number) =>
    rules.find(({ onExitCodes }) => onExitCodes?.values.includes(code))?.action ?? 'again'
  const shards = containers.flatMap(({ args = [] }) => args.find((arg) => arg.startsWith('job/')) ?? [])
  const wrong = [
    ...(template.spec.restartPolicy === 'Never' ? [] : ['does not leave it to the Job to run a pod again']),
    ...rules
      .flatMap(({ onExitCodes }) => onExitCodes?.containerName ?? [])
      .filter((name) => !containers.some((container) => container.name === name))
      .map((name) => `has a rule for ${name}, which it does not have`),
    ...(actionOf(1).startsWith('Fail') ? [] : ['runs again when cases have failed']),
    ...(actionOf(2) === 'FailJob' ? [] : ['goes on after a wrong command line']),
    ...(actionOf(137) === 'again' ? [] : ['does not run again when it was killed']),
  ]
  if (completionMode === 'Indexed' && (completions !== parallelism || shards[0] !== `job/${completions}`))
    wrong.push(`has ${completions} completions, ${parallelism} at once, and runs ${shards[0]}`)
  return wrong.map((one) => `${nameOf(job)} ${one}`)
}

const portsOf = ({ pod }: Workload) => pod.containers.flatMap(({ ports = [] }) => ports)
