/** For tests: `up --state` as a process, and clients of a community that outlasts it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Authority, openAuthority } from '../../harness/pki/authority.ts'
import { createAuthority } from '../../harness/pki/create.ts'
import { mainFile, projectFolder } from '../cli.ts'

export interface Running {
  child: ChildProcess
  /** Actor names to URLs. */
  urls: Record<string, string>
  /** URL of the status page. */
  status: string
  /** Every line so far, parsed. */
  told: Record<string, unknown>[]
  /** Ends it. @returns its exit code, null by a signal */
  end(signal: NodeJS.Signals): Promise<number | null>
}

const environment = { ...process.env, CI: 'true', NO_COLOR: '1' }

/** In `folder`, where its testbed.yaml is. @throws with what it wrote when it ends instead */
export async function startUp(folder: string, ...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, [mainFile, 'up', '--json', ...args], {
    cwd: folder,
    env: environment,
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  let wrong = ''
  child.stderr.on('data', (chunk) => {
    wrong += chunk
  })
  const told: Record<string, unknown>[] = []
  const started = new Promise<Record<string, unknown>>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Record<string, unknown>
      told.push(said)
      if (said.event === 'started') resolve(said)
    })
  })
  const first = await Promise.race([started, ended])
  if (first === null || typeof first === 'number') throw new Error(`It ended (${first}): ${wrong}`)
  const actors = first.actors as Record<string, { url: string }>
  return {
    child,
    urls: Object.fromEntries(Object.entries(actors).map(([name, { url }]) => [name, url])),
    status: String(first.status),
    told,
    end: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}

/** A folder with an authority that lasts, a scenario of it and an authorization server, and testbed.yaml. */
export async function communityIn(folder: string, caPort: number): Promise<Authority> {
  await createAuthority({
    folder: join(folder, 'authority'),
    community: 'urn:example:lasting',
    url: `http://127.0.0.1:${caPort}`,
    key: 'ec-p256',
  })
  writeFileSync(join(folder, 'testbed.yaml'), 'testbed: 1\nauthority: ./authority\n')
  writeFileSync(
    join(folder, 'community.yaml'),
    `scenario: 1
name: A community that stays up
actors:
  ca: { kind: certificate-authority }
  as:
    kind: authorization-server
    with: { grants: [client_credentials] }
    policy: { revocation: off }
steps:
  - { id: later, uses: testbed/advance-clock, with: { by: PT1S } }
`,
  )
  return openAuthority(join(folder, 'authority'))
}

export { projectFolder }
