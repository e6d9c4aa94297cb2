/** For tests: a running data holder with two patients. */
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Context, Credential } from '../actor.ts'
import type { Server } from '../authorization-server/fixture.ts'
import { contextOf } from '../fixture.ts'
import type { Bed } from '../fixture-bed.ts'
import type { Community } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import { twoPatients } from '../resource-server/fixture.ts'
import { dataHolder } from './actor.ts'
import { With } from './with.ts'

export interface Options {
  community: Community
  context?: Partial<Context>
  with?: Partial<Static<typeof With>>
}

/** Nobody is asked about revocation unless the policy in `options.context` says otherwise. */
export async function startDataHolder(
  bed: Bed,
  { community, context, with: w }: Options,
): Promise<Server & { credential: Credential }> {
  const place = await bed.open('holder', dataHolder)
  const url = `https://holder-c1.localhost:${place.port}`
  const credential = await community.issue([url], 'holder')
  const endpoints = Object.fromEntries(
    Object.entries(dataHolder.endpoints).map(([name, path]) => [name, url + path]),
  )
  const actor = await place.start(
    contextOf('holder', {
      kind: 'data-holder',
      url,
      peers: { holder: { kind: 'data-holder', url, endpoints, links: {} } },
      credentials: [credential],
      anchors: [{ community: community.uri, certificates: [community.root] }],
      keys: [await keyFor('server')],
      tls: await bed.tls(['holder-c1.localhost']),
      policy: { revocation: 'off' },
      ...context,
    }),
    Value.Parse(With, Value.Default(With, { data: twoPatients, ...w })),
  )
  return { actor, url, credential, call: ({ path, ...request }) => bed.call({ ...request, url: url + path }) }
}
