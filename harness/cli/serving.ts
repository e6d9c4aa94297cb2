/** Where the actors of `up` serve, by its flags: one host for all, ports, URLs that others know them by, TLS. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { isWebUrl, type Plan, type PlanCase, suggest, type UpPlan } from '../testbed.ts'
import { exit, Failure } from './exit.ts'
import { pairs } from './selection.ts'

export interface ServingFlags {
  host?: string
  address?: string
  port?: Record<string, string>
  publicUrl?: Record<string, string>
  tlsCertificate?: string
  tlsKey?: string
}

export function serving(command: Command): Command {
  return command
    .option('--host <name|ip>', 'name or address that all URLs carry; where it is, they listen')
    .option('--address <ip>', 'where they listen instead, such as 0.0.0.0 for anywhere')
    .addOption(pairs('--port <name=8443>', 'this actor listens at this port; may be given again'))
    .addOption(
      pairs(
        '--public-url <name=URL>',
        'what stands in front of this actor, a proxy or a tunnel, is reached at URL; may be given again',
      ),
    )
    .addOption(new Option('--tls-certificate <file>', 'TLS certificate chain of all actors, in PEM'))
    .addOption(new Option('--tls-key <file>', 'its key, in PEM'))
}

/** @param kinds what each kind of actor serves @throws Failure */
export async function served(
  { authority }: Pick<Plan, 'authority'>,
  plan: PlanCase,
  flags: ServingFlags,
): Promise<UpPlan> {
  const names = plan.actors.filter(isOurs).map(({ name }) => name)
  const ports = checked('--port', flags.port, names, portOf)
  const urls = checked('--public-url', flags.publicUrl, names, urlOf)
  const tls = tlsOf(flags)
  const actors = plan.actors.map((actor) => {
    const { name, serve: before } = actor
    const [port, url] = [ports[name], urls[name]]
    const own = {
      ...before,
      ...(port !== undefined && { port }),
      ...(url !== undefined && { url }),
      ...(tls && isOurs(actor) && { tls }),
    }
    return Object.keys(own).length === 0 ? actor : { ...actor, serve: own }
  })
  const host = await hostOf(flags)
  return { plan: { ...plan, actors }, ...(authority !== undefined && { authority }), ...(host && { host }) }
}

/** Not everything that is fixed can be: a container has its own address. */
const isOurs = ({ place }: PlanCase['actors'][number]): boolean =>
  place === 'in-process' || place === 'process'

function checked<T>(
  flag: string,
  given: Record<string, string> = {},
  names: string[],
  read: (text: string) => T | undefined,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => {
      if (!names.includes(name))
        throw new Failure(exit.usage, `${flag}: there is no actor "${name}" here: ${suggest(name, names)}`)
      const value = read(text)
      if (value === undefined) throw new Failure(exit.usage, `${flag} ${name}=${text}: ${words[flag]}`)
      return [name, value]
    }),
  )
}

const words: Record<string, string> = {
  '--port': 'a port is a number from 1 to 65535.',
  '--public-url': 'this is no URL; for example https://as.example.',
}

const portOf = (text: string): number | undefined =>
  /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined

const urlOf = (text: string): string | undefined => (isWebUrl(text) ? text.replace(/\/+$/, '') : undefined)

function tlsOf({ tlsCertificate, tlsKey }: ServingFlags) {
  if (tlsCertificate === undefined && tlsKey === undefined) return undefined
  if (tlsCertificate === undefined || tlsKey === undefined)
    throw new Failure(exit.usage, '--tls-certificate and --tls-key go together.')
  return { certificate: resolve(tlsCertificate), key: resolve(tlsKey) }
}

async function hostOf({ host, address }: ServingFlags): Promise<UpPlan['host']> {
  if (host === undefined) {
    if (address === undefined) return undefined
    throw new Failure(
      exit.usage,
      `--address ${address} needs --host too: the name or address that URLs carry.`,
    )
  }
  const name = host.replace(/^\[|\]$/g, '')
  if (name === '0.0.0.0' || name === '::')
    throw new Failure(
      exit.usage,
      `No URL can carry ${name}: give --host the name or address that others know, and --address ${name}.`,
    )
  if (!URL.canParse(`https://${isIP(name) === 6 ? `[${name}]` : name}/`))
    throw new Failure(exit.usage, `--host ${host} is no host name and no address.`)
  if (address !== undefined && isIP(address) === 0)
    throw new Failure(exit.usage, `--address ${address} is no IP address.`)
  return { name, address: address ?? (await addressOf(name)) }
}

async function addressOf(name: string): Promise<string> {
  if (isIP(name)) return name
  if (/(^|\.)localhost$/.test(name)) return '127.0.0.1'
  try {
    return (await lookup(name)).address
  } catch {
    throw new Failure(
      exit.usage,
      `--host ${name} is known to no resolver of this machine; say with --address where to listen.`,
    )
  }
}
