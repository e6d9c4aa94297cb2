/** What a client asks for with the UDAP metadata (guide 2.4). */
import { spoilt } from '../../spoil.ts'

export const metadataRequestFaults = [
  spoilt('metadata-request', {
    mutation: 'no-community',
    title: 'The client does not say which community it trusts.',
    breaks: ['disc-051'],
    set: { community: undefined },
  }),
  spoilt('metadata-request', {
    mutation: 'community-no-uri',
    title: 'The community is a name, no URI.',
    breaks: ['disc-052'],
    set: { community: 'north' },
  }),
]
