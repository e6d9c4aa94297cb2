/** `certs serve`: publishes CRLs, OCSP and issuers of an authority until Ctrl-C. */
import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { type Authority, openAuthority } from '../../pki/authority.ts'
import { moveAuthority } from '../../pki/create.ts'
import { type ServeOptions, serveAuthority } from '../../pki/serve.ts'
import { guide } from '../../testbed.ts'
import { exit, Failure } from '../exit.ts'
import { onInterrupt } from '../interrupt.ts'
import { authority, publicUrl } from './options.ts'

interface Flags {
  authority: string
  host: string
  port?: number
  publicUrl?: string
}

export function addServe(certs: Command): void {
  certs
    .command('serve')
    .description('publish CRLs, OCSP and issuers of an authority until Ctrl-C')
    .addOption(authority())
    .option('--host <address>', 'where it listens', '127.0.0.1')
    .option(
      '--port <port>',
      'where it listens; the port that its certificates name when left out',
      portNumber,
    )
    .option(
      '--public-url <url>',
      'what certificates name from now on, where a proxy or tunnel stands in front: http://host[:port]',
      publicUrl,
    )
    .action(async (flags: Flags) => {
      const opened = openAuthority(flags.authority)
      const { publicUrl: url = opened.url } = flags
      await serve(url === opened.url ? opened : await moveAuthority(opened, url), flags)
    })
}

async function serve(opened: Authority, { host, port = portOf(opened.url) }: Flags): Promise<void> {
  const interrupt = onInterrupt()
  const [version, { parameters }] = Object.entries(guide().versions).at(-1)!
  const options: ServeOptions = { host, port, spec: { version, parameters }, record: log }
  try {
    const serving = await serveAuthority(opened, options).catch((error: NodeJS.ErrnoException) => {
      throw error.syscall === 'listen'
        ? new Failure(
            exit.broke,
            `It cannot listen at ${host}:${port} (${error.code}). --port names another one.`,
          )
        : error
    })
    process.stdout.write(banner(opened, host, serving.port))
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort')
    await serving.close()
  } finally {
    interrupt.off()
  }
}

function banner({ community, url }: Authority, host: string, port: number): string {
  return [
    `Publishing for community ${community} at ${host}:${port}.`,
    `Certificates say ${url}: that must lead here, or who checks revocation finds nobody.`,
    'What `certs issue` and `certs revoke` do meanwhile shows within a second. Ctrl-C stops it.',
    '',
  ].join('\n')
}

/** One line a request. */
const log: ServeOptions['record'] = ({ request, response, startedAt }) => {
  if (!request) return
  const path = request.url.replace(/^http:\/\/[^/]*/, '')
  process.stdout.write(`${startedAt} ${request.method} ${path} ${response?.status ?? 'no answer'}\n`)
}

const portOf = (url: string): number => Number(new URL(url).port || 80)

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It is a number from 0, which takes any free one, to 65535.')
}
