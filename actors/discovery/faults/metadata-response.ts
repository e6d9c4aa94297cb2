/** How UDAP metadata are answered with, whatever is in them (guide 2.1, 2.2, 2.4). */

import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (
  mutation: string,
  title: string,
  rules: { breaks?: RuleId[]; tests?: RuleId[] },
  set: Record<string, Wrong>,
) => spoilt('metadata-response', { mutation, title, breaks: [], ...rules, set })

export const metadataResponseFaults = [
  row(
    'unauthorized',
    'Whoever asks for metadata is to authenticate.',
    { breaks: ['disc-004'] },
    { status: 401, community: undefined },
  ),
  row(
    'method-not-allowed',
    'The metadata cannot be asked for by GET.',
    { breaks: ['disc-057'] },
    { status: 405, community: undefined },
  ),
  row(
    'not-found',
    'The status is 404; metadata that there are come all the same.',
    { breaks: ['disc-056'], tests: ['disc-006'] },
    { status: 404 },
  ),
  row('no-content', 'The status is 204, without content.', { breaks: ['disc-008'] }, { status: 204 }),
  row(
    'refused-community',
    'Metadata for one community are refused by 400.',
    { breaks: ['disc-053'] },
    { status: 400, community: undefined },
  ),
  row(
    'community-ignored',
    'Whatever community is asked for, the metadata of the default one come.',
    { breaks: ['disc-053', 'disc-054'] },
    { community: 'urn:example:one-that-nobody-knows' },
  ),
]
