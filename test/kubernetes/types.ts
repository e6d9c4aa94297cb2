/**
 * For tests: of the objects of the Kubernetes API what is read here, as deploy/ uses it. The library's own types do
 * not compile under the options of this project.
 */
export type Labels = Record<string, string>
type Selector = { matchLabels?: Labels }

interface Meta {
  name: string
  namespace?: string
  labels?: Labels
}

export interface Probe {
  httpGet?: { path: string; port: string | number }
  exec?: { command: string[] }
}

export interface Container {
  name: string
  image: string
  args?: string[]
  env?: { name: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[]
  ports?: { name: string; containerPort: number }[]
  startupProbe?: Probe
  readinessProbe?: Probe
  livenessProbe?: Probe
  resources?: { requests?: Labels; limits?: Labels }
  securityContext?: {
    allowPrivilegeEscalation?: boolean
    readOnlyRootFilesystem?: boolean
    capabilities?: { drop?: string[]; add?: string[] }
  }
  volumeMounts?: { name: string; mountPath: string }[]
}

export interface PodSpec {
  containers: Container[]
  restartPolicy?: string
  automountServiceAccountToken?: boolean
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } }
  volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[]
}

interface Template {
  metadata?: { labels?: Labels }
  spec: PodSpec
}

interface Kind<K extends string, S> {
  apiVersion: string
  kind: K
  metadata: Meta
  spec: S
}

export interface Peer {
  podSelector?: Selector
  namespaceSelector?: Selector
}

export interface NetworkRule {
  from?: Peer[]
  to?: Peer[]
  ports?: { protocol?: string; port: string | number }[]
}

export type Deployment = Kind<
  'Deployment',
  { replicas: number; selector: Selector & { matchLabels: Labels }; template: Template }
>
export type Job = Kind<
  'Job',
  {
    completionMode?: string
    completions?: number
    parallelism?: number
    podFailurePolicy?: {
      rules: { action: string; onExitCodes?: { containerName: string; values: number[] } }[]
    }
    template: Template
  }
>
export type Namespace = Kind<'Namespace', undefined>
export type NetworkPolicy = Kind<
  'NetworkPolicy',
  { podSelector: Selector; policyTypes: string[]; ingress?: NetworkRule[]; egress?: NetworkRule[] }
>
export type PersistentVolumeClaim = Kind<'PersistentVolumeClaim', { accessModes: string[] }>
export type Service = Kind<
  'Service',
  { selector: Labels; ports: { name: string; port: number; targetPort: string | number }[] }
>

export type Manifest = Deployment | Job | Namespace | NetworkPolicy | PersistentVolumeClaim | Service
