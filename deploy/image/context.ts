/** What the engine is sent to build from: the Dockerfile, and package/ as npm would pack it. */
import { cpSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { succeed } from './command.ts'

/** What the Dockerfile names beside the package. */
const BESIDE = ['Dockerfile', 'deploy/community.yaml', 'deploy/image/health.mjs']

/** @returns the path of a tar file */
export async function contextTar(root: string, folder: string): Promise<string> {
  const context = join(folder, 'context')
  const packed = join(context, 'package')
  // Whether the types fit is for `npm run check`; here it would take most of the time.
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const project = join(root, 'tsconfig.build.json')
  await succeed(process.execPath, [tsc, '-p', project, '--noCheck', '--outDir', join(packed, 'dist')])
  for (const path of packageFiles(root)) copy(root, path, packed)
  for (const path of BESIDE) copy(root, path, context)
  const tar = join(folder, 'context.tar')
  await succeed('tar', ['-cf', tar, '-C', context, '.'])
  return tar
}

/** As package.json says it, and what npm packs without being told. */
function packageFiles(root: string): string[] {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] }
  const patterns = ['package.json', 'README.md', 'LICENSE', ...files.filter((pattern) => pattern !== 'dist')]
  return globSync(patterns, { cwd: root })
}

function copy(root: string, path: string, to: string): void {
  mkdirSync(dirname(join(to, path)), { recursive: true })
  cpSync(join(root, path), join(to, path), { recursive: true })
}
