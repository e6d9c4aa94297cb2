import { afterEach, expect, test, vi } from 'vitest'
import { planned } from './planned.ts'

afterEach(() => vi.unstubAllEnvs())

const scenario = ['scenarios/b2b/client-credentials.yaml']

test('a proxy that is none ends the command before anything starts, where somebody is elsewhere', async () => {
  vi.stubEnv('https_proxy', '')
  vi.stubEnv('HTTPS_PROXY', 'socks5://user:secret@proxy.example')
  const elsewhere = planned(scenario, { actor: { fhir: 'https://fhir.example/fhir' } }, true)
  await expect(elsewhere).rejects.toMatchObject({
    code: 2,
    message: 'HTTPS_PROXY is no URL of an http or https proxy: write it as http://proxy.example:8080.',
  })
  expect((await planned(scenario, {}, true)).cases).not.toEqual([])
})
