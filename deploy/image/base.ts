/**
 * What the image is built on: the one that the Dockerfile names, from a registry; and where none can be reached, one
 * that is made of this machine's files: the pinned Node and the few programs that the Dockerfile and users need.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command, ImageFailure, succeed } from './command.ts'
import { importOnce } from './import.ts'

/** So soon a registry that can be reached has said its first word. */
const REGISTRY_MS = 5_000
const LOCAL = 'udap-testbed-base:local'
/** Where programs lie on Linux, whatever the PATH of a user says. */
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
const PROGRAMS = ['sh', 'env', 'cat', 'ln', 'ls', 'mkdir', 'rm', 'sleep', 'ip', 'tc']
const CONFIGURATION = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  'etc/group': 'root:x:0:\n',
  // Without it names would be asked of DNS before /etc/hosts.
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
}
const PACKAGES: Record<string, string> = { ip: 'iproute2', tc: 'iproute2' }

/**
 * @param chosen by the user, who wants no other
 * @returns the name of an image that the engine has now
 * @throws ImageFailure
 */
export async function baseImage(chosen: string | undefined, root: string, folder: string): Promise<string> {
  const wanted = chosen ?? defaultBase(root)
  if ((await command('docker', ['image', 'inspect', wanted])).code === 0) return wanted
  const { code, output } = await command('docker', ['pull', wanted], { firstWordMs: REGISTRY_MS })
  if (code === 0) return wanted
  const why = output.trim().split('\n').at(-1)
  if (chosen !== undefined || process.platform !== 'linux')
    throw new ImageFailure(
      `${wanted} is not there and cannot be pulled: ${why}\nName another image by --base.`,
    )
  console.error(`${wanted} cannot be pulled, so the base is made of this machine's files: ${why}`)
  return localBase(root, folder)
}

function defaultBase(root: string): string {
  return /^ARG BASE=(\S+)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))![1]!
}

async function localBase(root: string, folder: string): Promise<string> {
  const files = await filesOf(join(root, 'node_modules/node/bin/node'))
  await importOnce(LOCAL, digestOf(files), async () => {
    const tree = join(folder, 'base')
    for (const [to, from] of files) put(tree, to, (path) => copyFileSync(from, path))
    for (const [to, text] of Object.entries(CONFIGURATION)) put(tree, to, (path) => writeFileSync(path, text))
    mkdirSync(join(tree, 'tmp'))
    chmodSync(join(tree, 'tmp'), 0o1777)
    const tar = join(folder, 'base.tar')
    // Some programs may be read by root only here.
    await succeed('tar', ['-cf', tar, '--owner=0', '--group=0', '--mode=u+rwX,go+rX', '-C', tree, '.'])
    return tar
  })
  return LOCAL
}

function put(tree: string, to: string, write: (path: string) => void): void {
  mkdirSync(dirname(join(tree, to)), { recursive: true })
  write(join(tree, to))
}

/** Path in the image to path here: the programs, and the shared libraries and loader that they are linked with. */
async function filesOf(node: string): Promise<Map<string, string>> {
  const files = new Map([['/usr/local/bin/node', node]])
  for (const name of PROGRAMS) {
    const path = FOLDERS.map((folder) => join(folder, name)).find((one) => existsSync(one))
    if (path === undefined) {
      const hint = PACKAGES[name] ? ` On Debian: apt-get install ${PACKAGES[name]}` : ''
      throw new ImageFailure(`This machine has no program "${name}", which the image needs.${hint}`)
    }
    files.set(`/bin/${name}`, realpathSync(path))
  }
  for (const program of [...files.values()]) {
    for (const library of await librariesOf(program)) files.set(library, realpathSync(library))
  }
  return files
}

/** By `ldd`: `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)`, and the loader as a path alone. */
async function librariesOf(program: string): Promise<string[]> {
  const { code, output } = await command('ldd', [program])
  if (code === undefined) throw new ImageFailure(output)
  // It is linked with none.
  if (code !== 0) return []
  if (output.includes('not found'))
    throw new ImageFailure(`A library of ${program} is missing here:\n${output}`)
  return [...output.matchAll(/(?:^|=>)\s+(\/\S+) \(0x/gm)].map(([, path]) => path!)
}

/** Of the files as they lie here, and of this one, which says what becomes of them. */
function digestOf(files: Map<string, string>): string {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)))
  for (const [to, from] of files) {
    const { size, mtimeMs } = statSync(from)
    hash.update(`${to} ${from} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}
