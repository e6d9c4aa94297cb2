/** For tests: who may open a connection to whom, by the NetworkPolicies of a namespace. */
import { type Manifest, ofKind, selects, type Workload } from './manifests.ts'
import type { NetworkRule, Peer } from './types.ts'

/** @param from somebody outside of the namespace when left out @param port its name in `to` */
export function mayReach(
  manifests: Manifest[],
  from: Workload | undefined,
  to: Workload | undefined,
  port: string | number,
): boolean {
  return (
    (!from || allowed(manifests, 'Egress', from, to, port)) &&
    (!to || allowed(manifests, 'Ingress', to, from, port))
  )
}

/** A pod that no policy of this direction selects may do all. Policies add up. */
function allowed(
  manifests: Manifest[],
  direction: 'Ingress' | 'Egress',
  own: Workload,
  other: Workload | undefined,
  port: string | number,
): boolean {
  const policies = ofKind(manifests, 'NetworkPolicy')
    .map(({ spec }) => spec)
    .filter(
      ({ podSelector, policyTypes }) =>
        policyTypes.includes(direction) && selects(podSelector.matchLabels, own.labels),
    )
  if (policies.length === 0) return true
  return policies.some(({ ingress = [], egress = [] }) =>
    (direction === 'Ingress' ? ingress : egress).some(
      (rule) => toPort(rule, port) && withPeer(direction === 'Ingress' ? rule.from : rule.to, other),
    ),
  )
}

const toPort = ({ ports }: NetworkRule, port: string | number): boolean =>
  ports === undefined || ports.some((one) => one.port === port)

const withPeer = (peers: Peer[] | undefined, other: Workload | undefined): boolean =>
  peers === undefined ||
  peers.some(({ podSelector, namespaceSelector }) =>
    other
      ? !namespaceSelector && selects(podSelector?.matchLabels, other.labels)
      : namespaceSelector !== undefined,
  )
