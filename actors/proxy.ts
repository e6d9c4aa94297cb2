/** Which requests go through a proxy, and which way the environment says. */
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Context } from './actor.ts'

/** @throws in words for people when a variable holds no URL of a proxy */
export function proxyIn(env: NodeJS.ProcessEnv): Context['proxy'] {
  const https = proxyUrl(env, 'HTTPS_PROXY')
  const http = proxyUrl(env, 'HTTP_PROXY')
  if (https === undefined && http === undefined) return undefined
  return {
    ...(https !== undefined && { https }),
    ...(http !== undefined && { http }),
    except: read(env, 'NO_PROXY')?.value ?? '',
  }
}

/** curl's habits: the lower-case name wins, an empty value is none, and a proxy without a scheme is an http one. */
function proxyUrl(env: NodeJS.ProcessEnv, variable: string): string | undefined {
  const { name, value } = read(env, variable) ?? {}
  if (value === undefined) return undefined
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`)
  // Not the value: it may hold a password.
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new Error(`${name} is no URL of an http or https proxy: write it as http://proxy.example:8080`)
  return url.href
}

function read(env: NodeJS.ProcessEnv, variable: string): { name: string; value: string } | undefined {
  for (const name of [variable.toLowerCase(), variable]) {
    const value = env[name]?.trim()
    if (value) return { name, value }
  }
  return undefined
}

/** Undefined when the request goes there directly. */
export function proxyFor(
  { proxy, addresses }: Pick<Context, 'proxy' | 'addresses'>,
  url: URL,
): URL | undefined {
  const through = url.protocol === 'https:' ? proxy?.https : proxy?.http
  const host = hostOf(url)
  const { hostname } = url
  const isBeside = (addresses[hostname] ?? addresses[`${hostname}:${portOf(url)}`]) !== undefined
  if (!proxy || through === undefined || isLoopback(host) || isBeside) return undefined
  return isExcepted(host, proxy.except) ? undefined : new URL(through)
}

/** For messages: without user name and password. */
export const nameOf = ({ protocol, host }: URL): string => `${protocol}//${host}`

/** Without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

export const isLocalName = (host: string): boolean => /(^|\.)localhost$/i.test(host)

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const isLoopback = (host: string): boolean =>
  isLocalName(host) || (isIP(host) !== 0 && inList(loopback, host))

/** NO_PROXY as curl reads it: `*`, names with all below them, addresses, networks in CIDR notation. */
function isExcepted(host: string, except: string): boolean {
  return except
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || (isIP(host) ? isAddressIn(host, entry) : isNameIn(host, entry)))
}

function isNameIn(host: string, entry: string): boolean {
  const name = entry.replace(/^\.|\.$/g, '').toLowerCase()
  const asked = host.replace(/\.$/, '').toLowerCase()
  return asked === name || asked.endsWith(`.${name}`)
}

function isAddressIn(host: string, entry: string): boolean {
  const [, address = '', bits] = /^\[?([^\]/]+)\]?(?:\/(\d{1,3}))?$/.exec(entry) ?? []
  const length = isIPv6(address) ? 128 : 32
  const prefix = bits === undefined ? length : Number(bits)
  if (isIP(address) === 0 || prefix > length) return false
  const list = new BlockList()
  list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4')
  return inList(list, host)
}

const inList = (list: BlockList, host: string) => list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')

/** A URL says no port when it is the one of its scheme. */
export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
