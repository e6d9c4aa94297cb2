import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { contextOf } from './fixture.ts'
import { policyOf } from './policy.ts'
import { actorOf, kinds } from './registry.ts'

const Policy = Type.Object(
  {
    mode: Type.Enum(['strict', 'lax'], { default: 'strict' }),
    skewS: Type.Integer({ default: 0, minimum: 0 }),
  },
  { additionalProperties: false },
)
const context = (policy: Record<string, string | number>) => contextOf('as', { policy })

it('takes what the scenario says, else what the version of the guide says, else the default of the key', () => {
  expect(policyOf(Policy, context({}))).toEqual({ mode: 'strict', skewS: 0 })
  expect(policyOf(Policy, context({}), { mode: 'lax' })).toEqual({ mode: 'lax', skewS: 0 })
  expect(policyOf(Policy, context({ mode: 'strict', skewS: 5 }), { mode: 'lax' })).toEqual({
    mode: 'strict',
    skewS: 5,
  })
})

it('says what does not fit', () => {
  expect(() => policyOf(Policy, context({ mode: 'off' }))).toThrow(
    'policy.mode of as is "off"; it must be one of strict, lax.',
  )
  expect(() => policyOf(Policy, context({ skewS: -1 }))).toThrow('policy.skewS of as is -1; it must be >= 0.')
  expect(() => policyOf(Policy, context({ skew: 1 }))).toThrow('There is no policy.skew for as.')
})

it('each kind of actor describes each key of its policy and takes no other', async () => {
  for (const kind of kinds) {
    const { policy } = await actorOf(kind)
    expect(policy).toMatchObject({ additionalProperties: false })
    for (const [key, schema] of Object.entries(policy.properties)) {
      expect(schema, `${kind}: ${key}`).toMatchObject({ description: expect.any(String) })
    }
  }
})
