/** setup.mjs in a folder of its own, with an npm that only pretends: what it runs, and when it installs. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { projectRoot } from './project-files.ts'

const installing = 'installing what is missing'
let folder: string
let children: ChildProcess[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'))
  children = []
  copyFileSync(`${projectRoot}setup.mjs`, join(folder, 'setup.mjs'))
  put('package.json', JSON.stringify({ type: 'module', devDependencies: { node: process.version.slice(1) } }))
  put('package-lock.json', '{}')
  put(
    'harness/cli/main.ts',
    `const args: string[] = process.argv.slice(2)
    if (args[0] === 'wait') {
      process.on('SIGINT', () => { console.log('interrupted'); clearInterval(alive); process.exitCode = 7 })
      const alive = setInterval(() => {}, 1000)
      console.log('ready')
    } else {
      console.log(JSON.stringify({ node: process.version, args }))
      process.exitCode = args[0] === 'broken' ? 3 : 0
    }`,
  )
  putNpm('')
})

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function put(path: string, text: string) {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** An npm that notes its arguments, does what the lines of shell say, and puts Node where the real one does. */
function putNpm(lines: string) {
  put(
    'bin/npm',
    `#!/bin/sh
    echo "$@" >> npm.log
    ${lines}
    mkdir -p node_modules/node/bin && ln -sf '${process.execPath}' node_modules/node/bin/node\n`,
  )
  chmodSync(join(folder, 'bin/npm'), 0o755)
}

/** An npm that, once it runs, waits for a word. */
function putWaitingNpm() {
  for (const pipe of ['started', 'go']) execFileSync('mkfifo', [join(folder, pipe)])
  putNpm('echo started > started; read line < go')
  return {
    started: () => readFile(join(folder, 'started')),
    goOn: () => writeFile(join(folder, 'go'), ''),
  }
}

const installs = () =>
  existsSync(join(folder, 'npm.log')) ? readFileSync(join(folder, 'npm.log'), 'utf8').trim().split('\n') : []

interface Started {
  child: ChildProcess
  /** Resolves when the text was printed, rejects when the process ends without it. */
  printed(text: string): Promise<void>
  ended: Promise<{ code: number | null; output: string }>
}

function start(args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const { npm_execpath: _, ...inherited } = process.env
  const child = spawn(process.execPath, ['setup.mjs', ...args], {
    cwd: folder,
    env: { ...inherited, PATH: `${folder}/bin:/usr/bin:/bin`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }))
  })
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(text) && resolve()
      for (const stream of [child.stdout, child.stderr]) stream.on('data', look)
      child.on('close', () => reject(new Error(`ended without "${text}": ${output}`)))
      look()
    })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  return { child, printed, ended }
}

const run = (args: string[], env?: NodeJS.ProcessEnv) => start(args, env).ended

test('the first run installs, says so in one line and goes on; the second does not install', async () => {
  const first = await run(['testbed', 'list', '--tag', 'a b'])
  const answer = JSON.stringify({ node: process.version, args: ['list', '--tag', 'a b'] })
  expect(first.output).toMatch(/^udap-testbed: installing what is missing .+\n\{.+\}\n$/)
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining(answer) })
  expect(await run(['testbed', 'list', '--tag', 'a b'])).toEqual({ code: 0, output: `${answer}\n` })
  expect(installs()).toHaveLength(1)
})

test('a changed lock file is installed again', async () => {
  await run(['testbed'])
  put('package-lock.json', '{ }')
  expect((await run(['testbed'])).output).toContain(installing)
  expect((await run(['testbed'])).output).not.toContain(installing)
})

test('the tools are installed under NODE_ENV=production too', async () => {
  expect((await run(['testbed'], { NODE_ENV: 'production' })).code).toBe(0)
  expect(installs()).toEqual([expect.stringMatching(/^ci .*--include=dev/)])
})

test('the exit code is passed on', async () => {
  expect((await run(['testbed', 'broken'])).code).toBe(3)
})

test('an unknown script is refused with the list of scripts, and nothing is installed', async () => {
  const { code, output } = await run(['toString'])
  expect({ code, output }).toEqual({
    code: 2,
    output: expect.stringMatching(/the scripts are start, test, testbed/),
  })
  expect(installs()).toEqual([])
})

describe('an install that fails', () => {
  test('shows what npm said and is tried again', async () => {
    putNpm('echo "the registry is away" >&2; exit 5')
    const { code, output } = await run(['testbed'])
    expect({ code, output }).toEqual({ code: 5, output: expect.stringContaining('the registry is away') })
    putNpm('echo "added 1 package"')
    expect(await run(['testbed'])).toEqual({
      code: 0,
      output: expect.not.stringContaining('added 1 package'),
    })
  })

  test('by a missing npm, says what to install', async () => {
    const { code, output } = await run(['testbed'], { PATH: `${folder}/nowhere` })
    expect(code).toBe(1)
    expect(output.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^udap-testbed: npm was not found .+/),
      '',
    ])
  })

  test('because install scripts are switched off, says so', async () => {
    putNpm('mkdir -p node_modules; exit 0')
    const { code, output } = await run(['testbed'])
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('npm_config_ignore_scripts=false'),
    })
  })
})

describe('two at once', () => {
  test('install once: the second waits for the first', async () => {
    const npm = putWaitingNpm()
    const first = start(['testbed', 'first'])
    await npm.started()
    const second = start(['testbed', 'second'])
    await second.printed('waiting for it')
    await npm.goOn()
    expect((await first.ended).output).toContain('"first"')
    const { code, output } = await second.ended
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('"second"') })
    expect(installs()).toHaveLength(1)
  })

  test('an install that was killed does not block the next one', async () => {
    const npm = putWaitingNpm()
    const first = start(['testbed'])
    await npm.started()
    first.child.kill('SIGKILL')
    await npm.goOn()
    await first.ended
    putNpm('')
    expect((await run(['testbed'])).code).toBe(0)
    expect(existsSync(join(folder, '.installing'))).toBe(false)
  })
})

describe('an interrupt', () => {
  test('reaches the script once, which ends in its own way', async () => {
    const started = start(['testbed', 'wait'])
    await started.printed('ready')
    started.child.kill('SIGINT')
    const { code, output } = await started.ended
    expect({ code, ends: output.split('interrupted').length - 1 }).toEqual({ code: 7, ends: 1 })
  })

  test('of the install leaves nothing that the next run would take for complete', async () => {
    const npm = putWaitingNpm()
    const started = start(['testbed'])
    await npm.started()
    started.child.kill('SIGINT')
    expect((await started.ended).code).toBe(130)
    putNpm('')
    expect(await run(['testbed'])).toEqual({ code: 0, output: expect.stringContaining(installing) })
  })
})
