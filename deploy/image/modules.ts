/** An image of what the package needs of node_modules/ at run time, as it lies here: nothing is installed twice. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { succeed } from './command.ts'
import { importOnce } from './import.ts'

const NAME = 'udap-testbed-modules:local'

/** Of the lock file: path to what is installed there. */
type Modules = Record<string, { dev?: boolean; integrity?: string }>

/** @returns the image's name */
export async function modulesImage(root: string, folder: string): Promise<string> {
  const modules = productionModules(root)
  const digest = createHash('sha256').update(JSON.stringify(modules)).digest('hex')
  await importOnce(NAME, digest, async () => {
    const tar = join(folder, 'modules.tar')
    // A package's own node_modules/ come with it.
    const outermost = Object.keys(modules).filter((path) => path.lastIndexOf('node_modules/') === 0)
    await succeed('tar', ['-cf', tar, '--owner=0', '--group=0', '-C', root, ...outermost])
    return tar
  })
  return NAME
}

/** What `npm ci --omit=dev` installs on this platform. */
function productionModules(root: string): Modules {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Modules
  }
  const needed = Object.entries(packages).filter(
    ([path, { dev }]) => path !== '' && !dev && existsSync(join(root, path)),
  )
  return Object.fromEntries(needed)
}
