/** `--shard job/n`: which part this machine has, by the variable that the engine that started it sets. */

/** Kubernetes gives each pod of an Indexed Job its index; a Swarm service says `UDAP_TESTBED_SLOT={{.Task.Slot}}`. */
const variables = ['JOB_COMPLETION_INDEX', 'UDAP_TESTBED_SLOT'] as const

/** Swarm shows the id of the node in place of slot 0. */
const nodeId = /^[a-z0-9]{25}$/

/** @returns the index from 0 @throws with what is wrong, in a sentence */
export function jobIndex(of: number, env: NodeJS.ProcessEnv = process.env): number {
  const name = variables.find((one) => env[one] !== undefined)
  if (!name)
    throw new Error(
      `"job" needs ${variables.join(' (Kubernetes) or ')} (Swarm) in the environment, and neither is set.`,
    )
  const text = env[name]!
  const index =
    name === 'UDAP_TESTBED_SLOT' && nodeId.test(text) ? 0 : Number(/^\d{1,4}$/.exec(text)?.[0] ?? NaN)
  if (Number.isNaN(index)) throw new Error(`${name} is "${text}", which is no index from 0.`)
  if (index >= of)
    throw new Error(`${name} is ${index}, but of ${of} parts the last has the index ${of - 1}.`)
  return index
}
