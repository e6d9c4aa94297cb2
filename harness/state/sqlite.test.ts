import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { openStore } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string) => join(folder, name)
const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)

/** What another process gets that opens the file. */
function elsewhere(file: string): string {
  const module = new URL('./sqlite.ts', import.meta.url).href
  const code = `import(${JSON.stringify(module)}).then(({ openStore }) => openStore(${JSON.stringify(file)})).then(
    (store) => { console.log(store.entries('').length); store.close() },
    (error) => console.log(error.message))`
  const { stdout } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  return stdout.trim()
}

test('values are there again, in the order in which they were set last', () => {
  const store = openStore(path('values.db'))
  store.set('a/1', { x: 1 })
  store.set('a/2', ['zwölf', null])
  store.set('b/1', 3)
  store.set('a/1', { x: 2 })
  store.delete('b/1')
  store.close()
  const again = openStore(path('values.db'))
  expect(again.entries('a/')).toEqual([
    ['a/2', ['zwölf', null]],
    ['a/1', { x: 2 }],
  ])
  expect(again.get('b/1')).toBeUndefined()
  again.close()
})

test('what is written together is there as a whole, or not at all', () => {
  const store = openStore(path('together.db'))
  expect(() =>
    store.together(() => {
      store.set('one', 1)
      throw new Error('no')
    }),
  ).toThrow('no')
  store.together(() => {
    store.set('two', 2)
    store.together(() => store.set('three', 3))
  })
  expect(store.entries('')).toEqual([
    ['two', 2],
    ['three', 3],
  ])
  store.close()
})

test('the file is for its owner alone, also one that others could read', () => {
  const file = path('modes.db')
  openStore(file).close()
  expect(mode(file)).toBe('600')
  chmodSync(file, 0o644)
  const store = openStore(file)
  store.set('key', 'secret')
  expect([mode(file), mode(`${file}-wal`)]).toEqual(['600', '600'])
  store.close()
})

test('a second process is told that it is in use; when the first has ended it gets in', () => {
  const file = path('lock.db')
  const store = openStore(file)
  store.set('one', 1)
  expect(elsewhere(file)).toBe(`${file}: another testbed runs with it. End that one, or name another file.`)
  store.close()
  expect(elsewhere(file)).toBe('1')
})

test('what was written is there after a crash: the file as it lay is enough', () => {
  const file = path('crash.db')
  const store = openStore(file)
  store.set('one', 1)
  for (const end of ['', '-wal']) copyFileSync(file + end, path(`copy.db${end}`))
  store.close()
  const copy = openStore(path('copy.db'))
  expect(copy.get('one')).toBe(1)
  copy.close()
})

const database = (name: string, sql: string) => {
  const made = new DatabaseSync(path(name))
  made.exec(sql)
  made.close()
  return path(name)
}
const text = (name: string, content: string) => {
  writeFileSync(path(name), content)
  return path(name)
}

test.each([
  ['a text', () => text('notes.txt', 'some notes'), /it is no state file of the testbed; name another one/],
  [
    'half a database',
    () => text('half.db', `SQLite format 3\0${'x'.repeat(200)}`),
    /it is no state file|malformed/,
  ],
  [
    'another database',
    () => database('other.db', 'CREATE TABLE t (a)'),
    /a database, but no state of the testbed/,
  ],
  [
    'one of a newer testbed',
    () =>
      database('newer.db', 'PRAGMA application_id = 0x55444150; PRAGMA user_version = 9; CREATE TABLE t (a)'),
    /a newer testbed wrote it \(state version 9, and this one reads 1\): update the testbed/,
  ],
  ['a folder', () => folder, /EISDIR/],
])('%s is refused in words that name it', (_, make, words) => {
  const file = make()
  expect(() => openStore(file)).toThrow(words)
  expect(() => openStore(file)).toThrow(file)
})

test('a file that is empty is one to begin with', () => {
  const store = openStore(text('empty.db', ''))
  store.set('one', 1)
  expect(store.get('one')).toBe(1)
  store.close()
})
