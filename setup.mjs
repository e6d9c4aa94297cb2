// Runs the project's scripts on the Node that package.json pins, whatever Node (20 or newer) started this file,
// and installs first when that is due. Plain JavaScript without imports from node_modules, since it is what
// fills them. Usage: node setup.mjs <script> [arguments]; the scripts are the table below.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const tsc = 'node_modules/typescript/bin/tsc'
const biome = 'node_modules/@biomejs/biome/bin/biome'
const vitest = 'node_modules/vitest/vitest.mjs'
const testbed = 'harness/cli/main.ts'

/** Each script is a list of arguments for Node, one after the other; what the user adds goes to the last. */
const scripts = {
  start: [[testbed, 'run', 'scenarios', '--tag', 'happy-path', '-v']],
  test: [[vitest, 'run']],
  testbed: [[testbed]],
  check: [
    [tsc, '-p', '.'],
    [biome, 'check'],
    [vitest, 'run', 'test/generated.test.ts'],
  ],
  generate: [['harness/rule-list.ts'], ['harness/schemas.ts'], ['harness/fault-list.ts']],
  nightly: [
    [testbed, 'prove', '--seeds', '50', '--output-dir', 'out/nightly'],
    ['harness/prove/weaken.ts', 'out/nightly/suite'],
    [
      testbed,
      'run',
      'scenarios',
      '--spec',
      'all',
      '--workers',
      '2',
      '-q',
      '--output-dir',
      'out/nightly/versions',
    ],
  ],
  bench: [['bench/tokens.ts'], ['bench/suite.ts']],
  build: [
    ['--eval', "fs.rmSync('dist', { recursive: true, force: true })"],
    [tsc, '-p', 'tsconfig.build.json'],
  ],
  image: [['deploy/image.ts']],
}

const root = fileURLToPath(new URL('.', import.meta.url))
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const pinnedNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
const stampFile = join(root, 'node_modules/.installed')
const lockFolder = join(root, '.installing')
const lockWaitMs = 10 * 60_000
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

/** What must be installed: the lock file's hash, and for which platform, as node_modules hold native files. */
function stamp() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`
}

function installed() {
  return existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()
}

let running
let stoppedBy

for (const signal of Object.keys(signalNumbers)) {
  process.on(signal, () => {
    const repeated = stoppedBy !== undefined
    stoppedBy ??= signal
    // A terminal sends Ctrl-C to the child too, and a second one often means "now, at once".
    const sentByTerminal =
      signal === 'SIGINT' && (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
    if (!sentByTerminal && !repeated) running?.kill(signal)
  })
}

/** Runs a program to its end, however it is interrupted. Gives its exit code, and its output when piped. */
function run(program, args, { piped = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = piped ? ['ignore', 'pipe', 'pipe'] : 'inherit'
    const child = spawn(program, args, { cwd: root, stdio, ...options })
    running = child
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      running = undefined
      resolve({ code: code ?? 128 + (signalNumbers[signal] ?? 9), output })
    })
  })
}

/** npm as this process was started by it, else as the PATH has it. */
function npm(args) {
  const cli = process.env.npm_execpath
  if (cli && basename(cli) === 'npm-cli.js' && existsSync(cli)) {
    return run(process.execPath, [cli, ...args], { piped: true })
  }
  return run('npm', args, { piped: true, shell: process.platform === 'win32' })
}

async function install() {
  console.error('udap-testbed: installing what is missing (npm ci), this takes a minute the first time …')
  rmSync(stampFile, { force: true })
  // Without --include=dev a NODE_ENV=production would leave the tools out, the pinned Node among them.
  const { code, output } = await npm(['ci', '--include=dev', '--no-audit', '--no-fund']).catch((error) => {
    if (error.code !== 'ENOENT') throw error
    return fail('npm was not found on the PATH. Install Node 20 or newer with npm (https://nodejs.org).')
  })
  if (stoppedBy) process.exit(128 + signalNumbers[stoppedBy])
  if (code !== 0) fail(`npm ci failed (exit code ${code}). Its output:\n${output}`, code)
  const version = packageJson.devDependencies.node
  if (spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' }).stdout?.trim() !== `v${version}`) {
    fail(
      `npm ci did not bring Node ${version}: the install script of the package "node" did not run. ` +
        'If your npm configuration says ignore-scripts, run once: npm_config_ignore_scripts=false npm start',
    )
  }
  writeFileSync(stampFile, stamp())
}

/** Two processes that start at once must not both fill node_modules: the lock folder belongs to one of them. */
async function installOnce() {
  const until = Date.now() + lockWaitMs
  for (let told = false; !takeLock(); told = true) {
    if (!told) console.error('udap-testbed: another process is installing, waiting for it …')
    if (Date.now() > until) fail(`Another install did not end. If none is running, remove ${lockFolder}`)
    await pause(200)
    if (stoppedBy) process.exit(128 + signalNumbers[stoppedBy])
  }
  process.on('exit', giveLockBack)
  if (!installed()) await install()
  process.off('exit', giveLockBack)
  giveLockBack()
}

function giveLockBack() {
  rmSync(lockFolder, { recursive: true, force: true })
}

function takeLock() {
  try {
    mkdirSync(lockFolder)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return takeOverLock()
  }
  writeFileSync(join(lockFolder, 'pid'), String(process.pid))
  return true
}

/** Takes the lock of a process that was killed. The folder inside makes sure that only one takes it over. */
function takeOverLock() {
  const claim = join(lockFolder, 'claim')
  try {
    if (ownerLives()) return false
    mkdirSync(claim)
  } catch {
    return false
  }
  const free = !ownerLives()
  if (free) writeFileSync(join(lockFolder, 'pid'), String(process.pid))
  rmdirSync(claim)
  return free
}

function ownerLives() {
  const pid = Number(readFileSync(join(lockFolder, 'pid'), 'utf8'))
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function fail(message, code = 1) {
  console.error(`udap-testbed: ${message}`)
  process.exit(code)
}

const [script, ...args] = process.argv.slice(2)
const commands = Object.hasOwn(scripts, script ?? '') ? scripts[script] : undefined
if (!commands) {
  fail(`usage: node setup.mjs <script> [arguments]; the scripts are ${Object.keys(scripts).join(', ')}`, 2)
}
if (!installed()) await installOnce()

const env = { ...process.env, PATH: join(root, 'node_modules/.bin') + delimiter + (process.env.PATH ?? '') }
for (const [i, command] of commands.entries()) {
  const last = i === commands.length - 1
  const { code } = await run(pinnedNode, last ? [...command, ...args] : command, { env })
  if (code !== 0 || stoppedBy) process.exit(code)
}
