/** What a user reads where actors cannot be put into containers. */
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../cli.ts'
import { needDocker } from './docker.ts'
import { startRun } from './testbed.ts'

const B2B = ['scenarios/b2b/client-credentials.yaml', '--place', 'container']
/** Nobody listens at port 1. */
const NOWHERE = 'tcp://127.0.0.1:1'

async function refused(args: string[], env: NodeJS.ProcessEnv) {
  using folder = temporaryFolder()
  const output = join(folder.path, 'out')
  const began = performance.now()
  const ended = await startRun(output, args, env).ended
  return { ...ended, seconds: (performance.now() - began) / 1000 }
}

it('says that no engine answers, and exits 3', async () => {
  const ended = await refused(B2B, { DOCKER_HOST: NOWHERE })
  expect(ended).toMatchObject({ code: 3, out: '' })
  expect(ended.err).toBe(
    `No Docker engine answers at DOCKER_HOST=${NOWHERE}, and actors in containers need one. Start Docker, or use --place process.\n`,
  )
  expect(ended.seconds).toBeLessThan(30)
})

it('says so when a single actor is to run in a container as well', async () => {
  const ended = await refused(['test/containers/mixed.yaml'], { DOCKER_HOST: NOWHERE })
  expect(ended).toMatchObject({ code: 3 })
  expect(ended.err).toContain('No Docker engine answers')
})

it('needs no engine where no actor is in a container', async () => {
  expect(await refused(B2B.slice(0, 1), { DOCKER_HOST: NOWHERE })).toMatchObject({ code: 0, err: '' })
})

it('is not held by an engine that says nothing, when it is interrupted', async () => {
  using folder = temporaryFolder()
  const asked = Promise.withResolvers<void>()
  const mute = createServer((socket) => {
    socket.on('error', () => {})
    asked.resolve()
  })
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const { port } = mute.address() as AddressInfo
  const run = startRun(join(folder.path, 'out'), B2B, { DOCKER_HOST: `tcp://127.0.0.1:${port}` })
  await asked.promise
  run.process.kill('SIGINT')
  expect(await run.ended).toMatchObject({ code: 130, err: 'Interrupted.\n' })
  mute.close()
})

describe('with an engine', () => {
  needDocker()

  it('says how to make the image when it is not there, and exits 3', async () => {
    const ended = await refused(B2B, { UDAP_TESTBED_IMAGE: 'udap-testbed:none' })
    expect(ended).toMatchObject({ code: 3, out: '' })
    expect(ended.err).toBe(
      'The engine has no image udap-testbed:none. Make it by `npm run image`, or name another one: UDAP_TESTBED_IMAGE.\n',
    )
  })
})
