/** For tests: OpenSSL's opinion of what we make, and what OpenSSL makes for us to read. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toPem } from './tls.ts'

export interface OpensslResult {
  code: number
  /** Both streams. */
  text: string
}

/** A folder of its own that goes when the tests of the file are over. */
export class Openssl {
  readonly #folder: Promise<string> = mkdtemp(join(tmpdir(), 'udap-testbed-openssl-'))

  async write(name: string, contents: string | Buffer): Promise<void> {
    await writeFile(join(await this.#folder, name), contents)
  }

  /** Several certificates in one PEM file. */
  async writePem(name: string, ...certificates: Buffer[]): Promise<void> {
    await this.write(name, certificates.map(toPem).join(''))
  }

  async read(name: string): Promise<Buffer> {
    return readFile(join(await this.#folder, name))
  }

  async run(...args: string[]): Promise<OpensslResult> {
    const cwd = await this.#folder
    return new Promise((resolve) => {
      execFile('openssl', args, { cwd, timeout: 15_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr })
      })
    })
  }

  async remove(): Promise<void> {
    await rm(await this.#folder, { recursive: true })
  }
}
