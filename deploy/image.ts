/** `npm run image`: builds the image of all actors and of the command line. Needs a Docker engine, no network. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { baseImage } from './image/base.ts'
import { command, ImageFailure, succeed } from './image/command.ts'
import { contextTar } from './image/context.ts'
import { modulesImage } from './image/modules.ts'

const USAGE = 'Usage: npm run image -- [--base <image>]\n'
const ENGINE_MS = 10_000
const root = fileURLToPath(new URL('..', import.meta.url))

async function main(): Promise<number> {
  let base: string | undefined
  try {
    ;({ base } = parseArgs({ options: { base: { type: 'string' } } }).values)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`)
    return 2
  }
  const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-image-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
  try {
    await build(base, folder)
    return 0
  } catch (error) {
    if (!(error instanceof ImageFailure)) throw error
    process.stderr.write(`${error.message}\n`)
    return 3
  }
}

async function build(chosen: string | undefined, folder: string): Promise<void> {
  const began = performance.now()
  await engine()
  const base = await baseImage(chosen, root, folder)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const name = `udap-testbed:${version}`
  const modules = await modulesImage(root, folder)
  const args = [`BASE=${base}`, `MODULES=${modules}`, `VERSION=${version}`].flatMap((one) => [
    '--build-arg',
    one,
  ])
  const tags = [name, 'udap-testbed:latest'].flatMap((one) => ['--tag', one])
  await succeed('docker', ['build', ...args, ...tags, '-'], { input: await contextTar(root, folder) })
  const bytes = Number(await succeed('docker', ['image', 'inspect', '--format', '{{.Size}}', name]))
  const seconds = (performance.now() - began) / 1000
  console.log(`${name}, on ${base}: ${Math.round(bytes / 1e6)} MB, ${seconds.toFixed(1)} s`)
}

async function engine(): Promise<void> {
  const { code, output } = await command('docker', ['version', '--format', '{{.Server.Version}}'], {
    timeoutMs: ENGINE_MS,
  })
  if (code === 0) return
  throw new ImageFailure(
    `No Docker engine answers: ${output.trim()}\nStart one (on Debian: apt-get install docker.io, then dockerd), or set DOCKER_HOST.`,
  )
}

process.exitCode = await main()
