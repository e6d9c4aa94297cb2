import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect, test, vi } from 'vitest'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000 })

const bin = fileURLToPath(new URL('../../bin/udap-testbed.mjs', import.meta.url))
const shipped = fileURLToPath(new URL('../../scenarios/b2b/client-credentials.yaml', import.meta.url))
/** An expectation of it, which a test replaces. */
const EXPECTED = '- noHop: { from: app, to: as }'
const folder = await mkdtemp(join(tmpdir(), 'testbed-cli-'))
const out = join(folder, 'out')
const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})
afterAll(() => rm(folder, { recursive: true }))

/** Starts the command in the test's folder. It has to end by itself: nothing here stops it. */
const start = (...args: string[]) => startWith({ CI: '1' }, ...args)
function startWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env: { ...process.env, ...env } })
  running.add(child)
  const seen = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    seen.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    seen.stderr += chunk
  })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => {
      running.delete(child)
      resolve({ code, ...seen })
    }),
  )
  return { child, seen, ended }
}
const testbed = (...args: string[]) => start(...args).ended

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return name
}
/** The shipped scenario with one thing changed, in the test's folder. */
async function changed(name: string, before: string, after: string): Promise<string> {
  const data = await readFile(join(shipped, '../../data/two-patients.json'), 'utf8')
  await file('two-patients.json', data)
  const text = (await readFile(shipped, 'utf8')).replaceAll('../data/', '')
  return file(name, text.replace(before, after))
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 25))
}

test('0: all passed; the folder holds the four files, and judge says the same', async () => {
  const { code, stdout, stderr } = await testbed('run', shipped, '--output-dir', out)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout).toContain('1 passed')
  for (const name of ['plan.json', 'stage.json', 'trace.jsonl', 'result.json']) {
    expect(existsSync(join(out, name)), name).toBe(true)
  }
  const again = await testbed('judge', out)
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Same as the saved result.') })
})

test('judge says when the result is another one, and keeps the saved one unless told to --write', async () => {
  await testbed('run', shipped, '--output-dir', out)
  const result = join(out, 'result.json')
  const saved = (await readFile(result, 'utf8')).replace('"passed": 1', '"passed": 0')
  await writeFile(result, saved)
  expect((await testbed('judge', out)).stdout).toContain('Not the same as the saved result.')
  expect(await readFile(result, 'utf8')).toBe(saved)
  await testbed('judge', out, '--write')
  expect((await testbed('judge', out)).stdout).toContain('Same as the saved result.')
})

test('1: an expectation failed; the message names the line of the file', async () => {
  const name = await changed('wrong.yaml', EXPECTED, '- status: 299')
  const line =
    (await readFile(join(folder, name), 'utf8')).split('\n').findIndex((text) => text.includes('299')) + 1
  const { code, stdout } = await testbed('run', name)
  expect(code).toBe(1)
  expect(stdout).toContain(`wrong.yaml:${line}:`)
  expect(stdout).toContain('- status: 299')
  expect(existsSync(join(folder, 'out/result.json'))).toBe(true)
})

test('4: a menu of tracks has some', async () => {
  const { code, stderr } = await testbed('list', shipped, '--tracks')
  expect(code).toBe(4)
  expect(stderr).toBe('There is no track: none of these cases has the tag track.\n')
})

test('2: a broken file is named with line and column and a caret, and nothing is started', async () => {
  const name = await file('broken.yaml', 'scenario: 1\nname: [a\nactors: {}\n')
  const nothing = join(folder, 'nothing')
  const { code, stdout, stderr } = await testbed('run', name, '--output-dir', nothing)
  expect(code).toBe(2)
  expect(stderr).toMatch(/^broken\.yaml:2:7: /)
  expect(stderr).toMatch(/\n {2}2 \| name: \[a\n.*\^/)
  expect(stdout).toBe('')
  expect(existsSync(nothing)).toBe(false)
  expect((await testbed('validate', name)).code).toBe(2)
})

test.each([
  [['run', '--frobnicate'], '--frobnicate'],
  [['run', 'nowhere.yaml'], 'nowhere.yaml: there is no such file or folder.'],
  [['run', shipped, '--workers', 'many'], 'from 1 to 999'],
  [['run', shipped, '--input', 'scope', '--spec', '9.9.9'], '"scope" is no name=value.'],
  [['run', shipped, '-g', '('], '--grep ('],
  [['run', '--retries', '-1'], 'It is a number from 0 to 999.'],
  [['run', '--repeat', '0'], 'It is a number from 1 to 999.'],
  [['run', '--bail=no'], 'It is a number from 1 to 999.'],
  [['run', '--shard', '5/4'], 'for example 1/4.'],
  [
    ['run', '--reporter', 'list,html'],
    'There is no reporter "html"; there are: list, junit, markdown, sheet.',
  ],
  [['run', shipped, '--last-failed', '--output-dir', 'nothing-here'], 'nothing-here/result.json'],
  [['explain', 'invalid_clint'], 'did you mean invalid_client?'],
  [['judge', 'nowhere'], 'nowhere/plan.json'],
  [['dance'], 'dance'],
  [['run', shipped, '--output-dir', shipped], 'no folder that can be written to (EEXIST)'],
])('2: a mistake on the command line is said in one place, without a stack: %j', async (args, message) => {
  const { code, stderr } = await testbed(...args)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/^\s+at /m)
})

test('3: the stage broke; the actor is named', async () => {
  const name = await changed('greedy.yaml', 'grants: [client_credentials]', 'tokenLifetimeS: 86400')
  const { code, stdout } = await testbed('run', name)
  expect(code).toBe(3)
  expect(stdout).toContain('Actor "as" could not start')
})

test('4: nothing matched', async () => {
  const { code, stderr } = await testbed('run', shipped, '-g', 'no such name')
  expect(code).toBe(4)
  expect(stderr).toContain('No case matches')
})

test('list prints cases with file, line and tags; a line of a file picks the matrix row there', async () => {
  const matrix = 'matrix:\n  include:\n    - { case: one }\n    - { case: two }\nactors:\n  ca:'
  const name = await changed('rows.yaml', 'actors:\n  ca:', matrix)
  const all = (await testbed('list', name)).stdout.trim().split('\n')
  expect(all).toHaveLength(2)
  expect(all[0]).toMatch(/^rows\.yaml:\d+ {2}.*one {2}\[udap, b2b/)
  const second = all[1]!.split(' ')[0]!
  expect((await testbed('run', second, '--list')).stdout).toBe(`${all[1]}\n`)
  expect((await testbed('list', name, '--tag', 'udap && !b2b')).code).toBe(4)
})

test('validate counts what is right, and --expand prints the plan', async () => {
  const counted = await testbed('validate', shipped)
  expect(counted).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^valid: 1 file, 1 case, 4 steps, \d+ expectations\n$/),
  })
  const plan = JSON.parse((await testbed('validate', shipped, '--expand')).stdout)
  expect(plan.cases[0].actors.map((actor: { name: string }) => actor.name)).toEqual([
    'ca',
    'as',
    'fhir',
    'app',
  ])
})

const names = (listed: string) => listed.trim().split('\n')

test('--repeat and --shard: every repetition of every case in exactly one shard', async () => {
  const rows = '    - { case: one }\n    - { case: two }\n    - { case: three }\n    - { case: four }\n'
  const name = await changed('shards.yaml', 'actors:\n  ca:', `matrix:\n  include:\n${rows}actors:\n  ca:`)
  const listed = async (...flags: string[]) =>
    names((await testbed('run', name, '--list', '--repeat', '2', ...flags)).stdout).filter((line) =>
      line.startsWith(name),
    )
  const shards = await Promise.all(['1/2', '2/2'].map((shard) => listed('--shard', shard)))
  const whole = await listed()
  expect(whole).toHaveLength(8)
  expect(shards.flat().sort()).toEqual(whole.sort())
  const hundredth = await testbed(
    'run',
    name,
    '--shard',
    '100/100',
    '--output-dir',
    join(folder, 'hundredth'),
  )
  expect(hundredth).toMatchObject({ code: 0, stderr: 'Shard 100/100 has none of the 4 cases.\n' })
})

test('reports are files, GitHub gets its summary, and --last-failed runs only what failed', async () => {
  const at = join(folder, 'reports')
  const summary = join(folder, 'summary.md')
  await writeFile(summary, 'before\n')
  const name = await changed('fails.yaml', EXPECTED, '- status: 299')
  const env = { CI: '1', GITHUB_STEP_SUMMARY: summary }
  const ran = await startWith(
    env,
    'run',
    shipped,
    name,
    '--output-dir',
    at,
    '--reporter',
    'junit,markdown',
    '--input',
    'scope=system/Patient.rs',
  ).ended
  expect(ran).toMatchObject({
    code: 1,
    stdout: `report ${join(at, 'junit.xml')}\nreport ${join(at, 'report.md')}\n`,
  })
  const markdown = await readFile(join(at, 'report.md'), 'utf8')
  expect(await readFile(join(at, 'junit.xml'), 'utf8')).toContain('<failure ')
  expect(markdown).toMatch(/again {2}udap-testbed run fails\.yaml:\d+ --input scope=system\/Patient\.rs/)
  expect(await readFile(summary, 'utf8')).toBe(`before\n${markdown}`)
  const again = await testbed('run', '--last-failed', '--list', '--output-dir', at)
  expect(names(again.stdout)).toEqual([expect.stringMatching(/^fails\.yaml:/)])
  const other = await testbed('run', shipped, '--last-failed', '--output-dir', at)
  expect(other).toMatchObject({ code: 4, stderr: expect.stringContaining('No case matches that failed') })
})

test('--strict: a warning fails the run', async () => {
  const name = await changed('warns.yaml', EXPECTED, '- level: should\n        status: 299')
  expect((await testbed('run', name)).code).toBe(0)
  expect((await testbed('run', name, '--strict', '--bail')).code).toBe(1)
})

test('init --scenario writes a scenario that is right, and overwrites nothing', async () => {
  const made = await testbed('init', '--scenario', 'mine')
  expect(made).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('mine/scenarios/first.yaml -v'),
  })
  expect(await testbed('validate', 'mine/scenarios')).toMatchObject({ code: 0, stderr: '' })
  const text = await readFile(join(folder, 'mine/scenarios/first.yaml'), 'utf8')
  const schema = /^# yaml-language-server: \$schema=(.+)/.exec(text)?.[1] ?? ''
  expect(existsSync(join(folder, 'mine/scenarios', schema))).toBe(true)
  expect(await testbed('init', '--scenario', 'mine')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('mine/scenarios/first.yaml is there already; nothing was written.'),
  })
})

test('--watch runs again when a file that the scenario reads is saved, and Ctrl-C ends it', async () => {
  const name = await changed('watched.yaml', EXPECTED, '- status: 299')
  const { child, seen, ended } = startWith({ CI: '' }, 'run', name, '--watch', '--output-dir', 'watched')
  await until(() => seen.stdout.includes('Watching') || child.exitCode !== null)
  expect(seen.stdout).toContain('1 failed')
  seen.stdout = ''
  await changed('watched.yaml', EXPECTED, `${EXPECTED} `)
  await until(() => seen.stdout.includes('Watching') || child.exitCode !== null)
  expect(seen.stdout).toContain('1 passed')
  seen.stdout = ''
  await writeFile(join(folder, 'two-patients.json'), '[')
  await until(() => seen.stdout.includes('Watching') || child.exitCode !== null)
  expect(seen.stderr).toContain('two-patients.json is not JSON')
  child.kill('SIGINT')
  expect((await ended).code).toBe(2)
})

test('130: Ctrl-C ends a run, and what was recorded is kept', async () => {
  const { child, ended } = start(
    'run',
    shipped,
    '--output-dir',
    join(folder, 'stopped'),
    '--place',
    'process',
  )
  await until(() => existsSync(join(folder, 'stopped/plan.json')))
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Interrupted') })
  expect(existsSync(join(folder, 'stopped/stage.json'))).toBe(true)
})

test('up prints a curl line whose URL answers to whom trusts the root, and Ctrl-C ends it with 0', async () => {
  const { child, seen, ended } = start('up', shipped, '--output-dir', join(folder, 'up'))
  await until(() => seen.stdout.includes('Ctrl-C') || child.exitCode !== null)
  expect(seen.stdout).toContain('TEST SYSTEM')
  expect(seen.stdout).toMatch(/^as {2}authorization-server\n {2}https:\/\/as-c1\.localhost:\d+$/m)
  const [, root = '', url = ''] = /curl --cacert (\S+) (\S+)/.exec(seen.stdout) ?? []
  const agent = new Agent({ ca: await readFile(root, 'utf8') })
  const status = await new Promise((resolve, reject) => {
    const family4 = (_host: string, _options: object, done: (error: null, all: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }])
    get(url, { agent, lookup: family4 as never }, (answer) => resolve(answer.resume().statusCode)).on(
      'error',
      reject,
    )
  })
  expect(status).toBe(200)
  agent.destroy()
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
})

test('up says how the persons of the case sign in', async () => {
  const tiered = fileURLToPath(new URL('../../scenarios/tiered/sign-in.yaml', import.meta.url))
  const { child, seen, ended } = start('up', tiered, '--output-dir', join(folder, 'persons'))
  await until(() => seen.stdout.includes('Ctrl-C') || child.exitCode !== null)
  expect(seen.stdout).toMatch(/^ana {2}user\n {2}signs in as ana with the password \S{20}$/m)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
})

test('actor processes end when the harness is killed', async () => {
  const { child, seen, ended } = start(
    'up',
    shipped,
    '--place',
    'process',
    '--output-dir',
    join(folder, 'killed'),
  )
  await until(() => seen.stdout.includes('Ctrl-C') || child.exitCode !== null)
  const port = Number(/fhir-c1\.localhost:(\d+)/.exec(seen.stdout)?.[1])
  expect(await listens(port)).toBe(true)
  child.kill('SIGKILL')
  await ended
  while (await listens(port)) await new Promise((resolve) => setTimeout(resolve, 50))
})

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

test('known failures do not fail the run; what is no longer as it was known does', async () => {
  const scenario = fileURLToPath(new URL('../../test/must-fail/accepts-expired.yaml', import.meta.url))
  const list = join(folder, 'known-failures.yaml')
  const entry = (
    breaks: string,
    name = 'A server that does not look at exp registers an expired software statement',
  ) => `known:\n  - { file: ${scenario}, case: ${name}, breaks: [${breaks}], reason: to be mended }\n`
  const known = async (text: string, path = scenario) => {
    await writeFile(list, text)
    return testbed('run', path, '--known-failures', list, '--output-dir', out)
  }
  const excused = await known(entry('register/1'))
  expect(excused.stdout).toContain('known failure: A server that')
  expect(excused.stdout).toContain('to be mended')
  expect(excused.code).toBe(0)

  const other = await known(entry('reg-x04'))
  expect(other.stdout).toContain('known to break reg-x04, but it broke register/1')
  expect(other.code).toBe(1)

  const happy = entry('reg-x04', '"A payer\'s backend reads a patient with client credentials"')
  const better = await known(happy.replace(scenario, shipped), shipped)
  expect(better.stdout).toContain('known to fail, but it passed; take it off the list')
  expect(better.code).toBe(1)

  const wrong = await known('known:\n  - { file: x, case: y, breaks: [] }\n')
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toMatch(/known-failures\.yaml:2:\d+: /)
  expect((await testbed('run', shipped, '--known-failures', 'nowhere.yaml')).code).toBe(2)
})
