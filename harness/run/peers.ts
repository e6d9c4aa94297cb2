/** How the actors of a case reach each other, and what they know of each other. */
import type { Peer } from '../../actors/actor.ts'
import { inContainer, inDocker, type Member } from './cast.ts'
import type { DockerRun } from './docker/engine.ts'
import type { RunKit } from './kit.ts'
import { titleOf } from './people.ts'
import { inUrl } from './serving.ts'

/** How an actor reaches the others: those whose host name does not say it by itself. */
export function addressesOf(member: Member, members: Member[], { docker }: RunKit): Record<string, string> {
  const from = docker && inDocker(member.plan) ? docker : undefined
  const reached = members.map((one) => [one.host, addressOf(one, from)] as const)
  const known = reached.filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries([...known, ...(from ? [] : members.flatMap(besides))])
}

/** Whatever stands in front of a server, a proxy or a tunnel: those on the same machine go to it directly. */
function besides({ url, place, serving }: Member): [string, string][] {
  if (!place || !serving) return []
  return [[hostAndPort(new URL(url)), `${inUrl(serving.reached)}:${place.port}`]]
}

const hostAndPort = ({ protocol, hostname, port }: URL): string =>
  `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`

/**
 * From inside a container others in one go by name, and who runs or is published on this host by the host's address.
 *
 * @param from the network that the asking one is in, if it is in a container
 */
function addressOf({ plan, place, host }: Member, from: DockerRun | undefined): string | undefined {
  if (!place) return undefined
  if (typeof plan.place === 'object' && 'manage' in plan.place) {
    // It serves where it is managed; other names than ours somebody else knows.
    if (!host.endsWith('.localhost')) return undefined
    const machine = new URL(plan.place.manage).hostname.replace(/^\[|\]$/g, '')
    return from && isLoopback(machine) ? from.host : machine
  }
  return from && (inContainer(plan) ? host.replace(/localhost$/, 'testbed') : from.host)
}

const isLoopback = (host: string): boolean => /^(127\.[\d.]+|::1|(.+\.)?localhost)$/.test(host)

/** Everybody as everybody sees them. */
export function peersOf(members: Member[]): Record<string, Peer> {
  return Object.fromEntries(
    members.map(({ plan, actor, url, endpoints }) => [
      plan.name,
      {
        kind: actor.kind,
        title: titleOf(plan),
        url,
        endpoints,
        links: plan.links,
        ...(plan.outside?.community !== undefined && { community: plan.outside.community }),
      },
    ]),
  )
}
