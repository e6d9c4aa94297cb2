import type { Rule } from '../../rule.ts'
import { allOf } from '../shared/all-of.ts'
import { contains } from '../shared/metadata.ts'

const lists = allOf(contains('scopes_supported', 'openid'), contains('scopes_supported', 'udap'))

/** The scopes that a data holder asks an identity provider for (guide 6.2). */
export const rule: Rule = {
  id: 'tier-009',
  on: ['metadata'],
  judge: (message, view) =>
    view.history.kindOf(message.author) === 'identity-provider' ? lists(message, view) : undefined,
}
