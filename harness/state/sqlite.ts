/** A store in a file: SQLite, one table. Nobody else opens it meanwhile, and only its owner may read it. */
import { chmodSync, closeSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Store } from '../../actors/store.ts'
import type { Json } from '../../wire/json.ts'
import { Unusable } from '../pki/unusable.ts'

export interface FileStore extends Store {
  close(): void
}

/** "UDAP": what `file` and others tell our files by. */
const APPLICATION_ID = 0x55444150
/** Counts up whenever what is kept changes so that an older testbed cannot read it. */
const VERSION = 1
/** What every SQLite database begins with. */
const MAGIC = 'SQLite format 3\0'

const NOT_OURS = 'it is no state file of the testbed; name another one, or one that is not there yet.'

/** Result codes of SQLite. */
const BUSY = 5
const NOT_A_DATABASE = 26

/** Makes the file when there is none. @throws Unusable */
export function openStore(file: string): FileStore {
  ready(file)
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 0 })
    // The lock is held from here on, and ends with the process, however that ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    begin(database, file)
    return storeOf(database, file)
  } catch (error) {
    database?.close()
    throw inWords(error, file)
  }
}

/** Keys are in it: made for its owner alone, and taken from all others where somebody copied it. */
function ready(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const opened = openSync(file, 'a+', 0o600)
    const start = Buffer.alloc(MAGIC.length)
    const bytes = readSync(opened, start, 0, start.length, 0)
    closeSync(opened)
    if (bytes > 0 && start.toString('latin1') !== MAGIC) throw new Unusable(file, NOT_OURS)
    chmodSync(file, 0o600)
  } catch (error) {
    if (error instanceof Unusable) throw error
    throw new Unusable(file, `${(error as Error).message}.`, { cause: error })
  }
}

function begin(database: DatabaseSync, file: string): void {
  const number = (pragma: string) =>
    Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
  const tables = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables
  const [application, version] = [number('application_id'), number('user_version')]
  if (application !== APPLICATION_ID && (application !== 0 || version !== 0 || tables !== 0))
    throw new Unusable(file, 'it is a database, but no state of the testbed; name another file.')
  if (version > VERSION)
    throw new Unusable(
      file,
      `a newer testbed wrote it (state version ${version}, and this one reads ${VERSION}): update the testbed, or begin with another file.`,
    )
  database.exec(`
    BEGIN IMMEDIATE;
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${VERSION};
    CREATE TABLE IF NOT EXISTS kept (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
    COMMIT;
  `)
}

function storeOf(database: DatabaseSync, file: string): FileStore {
  const one = database.prepare('SELECT value FROM kept WHERE key = ?')
  // A new row each time: rows are in the order in which they were set last.
  const put = database.prepare('INSERT OR REPLACE INTO kept (key, value) VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM kept WHERE key = ?')
  const some = database.prepare('SELECT key, value FROM kept WHERE key >= ? AND key < ? ORDER BY rowid')
  let writing = false

  function safely<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      throw inWords(error, file)
    }
  }

  return {
    get: (key) =>
      safely(() => {
        const row = one.get(key)
        return row && parse(row.value)
      }),
    set: (key, value) => safely(() => void put.run(key, JSON.stringify(value))),
    delete: (key) => safely(() => void remove.run(key)),
    entries: (prefix) =>
      safely(() =>
        some.all(prefix, `${prefix}\u{10ffff}`).map(({ key, value }) => [String(key), parse(value)]),
      ),
    together(run) {
      if (writing) return run()
      safely(() => database.exec('BEGIN IMMEDIATE'))
      writing = true
      try {
        run()
        safely(() => database.exec('COMMIT'))
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      } finally {
        writing = false
      }
    },
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

const parse = (text: unknown) => JSON.parse(String(text)) as Json

function inWords(error: unknown, file: string): Error {
  if (error instanceof Unusable) return error
  const { errcode, message } = error as Error & { errcode?: number }
  // The low byte is the code, what is above it says more.
  const code = errcode === undefined ? undefined : errcode & 0xff
  const why =
    code === BUSY
      ? 'another testbed runs with it. End that one, or name another file.'
      : code === NOT_A_DATABASE
        ? NOT_OURS
        : `${message}.`
  return new Unusable(file, why, { cause: error })
}
