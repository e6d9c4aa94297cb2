/** `init` as a person who has a product runs it. */
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mainFile } from '../../test/cli.ts'
import { readConfig } from '../testbed.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function init(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [mainFile, 'init', ...args],
      { cwd: folder },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
    child.stdin?.end()
  })
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8')

test('for a server whose certificate the testbed issues: all that its owner needs, and no key for the repository', async () => {
  writeFileSync(join(folder, '.gitignore'), 'node_modules/')
  const made = await init('--have', 'server', '--url', 'https://fhir.hospital.example/r4')
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toContain(
    'wrote testbed.yaml\nwrote authority\nwrote server.pem\nwrote server.key\nwrote server.p12\nwrote .gitignore\n',
  )
  expect(made.out).toContain('Next:  udap-testbed run scenarios/tracks/b2b.yaml -v')
  expect(read('.gitignore').split('\n')).toEqual([
    'node_modules/',
    'server.key',
    'server.p12',
    'authority/*.key',
    'out/',
    '',
  ])
  for (const key of ['server.key', 'server.p12', 'authority/root.key'])
    expect(statSync(join(folder, key)).mode & 0o077).toBe(0)
  const [, schema = ''] = /^# yaml-language-server: \$schema=(.+)/.exec(read('testbed.yaml')) ?? []
  expect(existsSync(join(folder, schema))).toBe(true)
  const config = readConfig(join(folder, 'testbed.yaml'), read('testbed.yaml'), true)
  expect(config).toMatchObject({
    config: { options: { spec: '2.0.0', systems: { server: { url: 'https://fhir.hospital.example/r4' } } } },
  })
})

test('it overwrites nothing, and takes an authority that is there', async () => {
  const again = [
    '--have',
    'app',
    '--url',
    'https://app.example',
    '--anchors',
    'authority/root.pem',
    '--spec',
    '1.1.0',
  ]
  const before = read('testbed.yaml')
  expect(await init(...again)).toMatchObject({
    code: 2,
    out: '',
    err: 'testbed.yaml is there already; nothing was written. Name another folder: init <folder>.\n',
  })
  expect(read('testbed.yaml')).toBe(before)
  rmSync(join(folder, 'testbed.yaml'))
  const root = read('authority/root.pem')
  expect((await init(...again)).code).toBe(0)
  expect(read('authority/root.pem')).toBe(root)
  const config = readConfig(join(folder, 'testbed.yaml'), read('testbed.yaml'), true)
  expect(config).toMatchObject({
    config: {
      options: {
        spec: '1.1.0',
        systems: { client: { await: true, url: 'https://app.example', anchors: [expect.any(String)] } },
      },
    },
  })
})

test('an authority that others ask over the network listens there', async () => {
  expect(
    (
      await init(
        'far',
        '--have',
        'app',
        '--url',
        'https://app.example',
        '--authority-url',
        'http://laptop.example:5380',
      )
    ).code,
  ).toBe(0)
  const config = readConfig(join(folder, 'far/testbed.yaml'), read('far/testbed.yaml'), true)
  expect(config).toMatchObject({
    config: {
      options: {
        authority: { url: 'http://laptop.example:5380' },
        systems: { ca: { serve: { address: '0.0.0.0' } } },
      },
    },
  })
})

const mistakes: [string[], string][] = [
  [[], 'this is no terminal to ask them in: say --have server|app|idp and --url, or --scenario.\n'],
  [
    ['--have', 'server', '--url', 'fhir.example'],
    '--url fhir.example is no URL, such as https://as.example; nothing was written.\n',
  ],
  [
    ['--have', 'idp', '--url', 'https://idp.example', '--spec', '9'],
    'There is no version 9 of the guide; there are: 2.0.0, ',
  ],
  [['--have', 'idp', '--url', 'https://idp.example', '--anchors', 'nowhere.pem'], 'nowhere.pem'],
  [['--have', 'phone', '--url', 'https://idp.example'], 'Allowed choices are server, app, idp'],
]

test('a mistake is a sentence, and nothing is written', async () => {
  const made = await Promise.all(mistakes.map(([args]) => init('new', ...args)))
  for (const [i, { code, out, err }] of made.entries()) {
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(mistakes[i]![1])
  }
  expect(existsSync(join(folder, 'new'))).toBe(false)
})

// script(1) of other systems takes other flags.
test.skipIf(process.platform !== 'linux')(
  'on a terminal it asks four questions, again where it was no answer',
  async () => {
    // script(1) gives it a terminal.
    const command = `${process.execPath} ${mainFile} init asked`
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, CI: '' },
    })
    let seen = ''
    const answers: [string, string][] = [
      ['What do you have?', 'phone'],
      ['the number of one of the 3', 'idp'],
      ['Its base URL', 'idp.example'],
      ['no URL', 'https://idp.example'],
      ['trust anchors', 'nowhere.pem'],
      ['there is no such file', ''],
      ['Version of the guide', ''],
    ]
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text
      const [question, answer] = answers[0] ?? []
      if (question === undefined || !seen.includes(question)) return
      answers.shift()
      child.stdin.write(`${answer}\n`)
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(answers).toEqual([])
    expect({ code, seen }).toMatchObject({ code: 0, seen: expect.stringContaining('wrote asked/idp.p12') })
  },
)
