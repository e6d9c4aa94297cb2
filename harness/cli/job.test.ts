import { expect, test } from 'vitest'
import { jobIndex } from './job.ts'

test.each<[string, NodeJS.ProcessEnv, number]>([
  ['Kubernetes', { JOB_COMPLETION_INDEX: '3' }, 3],
  ['a Swarm task', { UDAP_TESTBED_SLOT: '2' }, 2],
  [
    'the first Swarm task, which shows the id of its node',
    { UDAP_TESTBED_SLOT: '0jqrxx5v7lc2yj3n4p9kz1m8a' },
    0,
  ],
  ['Kubernetes before Swarm', { JOB_COMPLETION_INDEX: '0', UDAP_TESTBED_SLOT: '2' }, 0],
])('%s', (_, env, index) => {
  expect(jobIndex(4, env)).toBe(index)
})

test.each<[NodeJS.ProcessEnv, string]>([
  [
    {},
    '"job" needs JOB_COMPLETION_INDEX (Kubernetes) or UDAP_TESTBED_SLOT (Swarm) in the environment, and neither is set.',
  ],
  [{ JOB_COMPLETION_INDEX: '4' }, 'JOB_COMPLETION_INDEX is 4, but of 4 parts the last has the index 3.'],
  [{ JOB_COMPLETION_INDEX: '' }, 'JOB_COMPLETION_INDEX is "", which is no index from 0.'],
  [{ UDAP_TESTBED_SLOT: '-1' }, 'UDAP_TESTBED_SLOT is "-1", which is no index from 0.'],
  [
    { UDAP_TESTBED_SLOT: '{{.Task.Slot}}' },
    'UDAP_TESTBED_SLOT is "{{.Task.Slot}}", which is no index from 0.',
  ],
])('%j', (env, message) => {
  expect(() => jobIndex(4, env)).toThrow(message)
})
