/** Kind of expectation → what judges it: the only list. */
import type { ExpectationKind } from '../../plan/plan.ts'
import { body } from './body.ts'
import type { Expect } from './expect.ts'
import { headers } from './headers.ts'
import { hop, hops, noHop } from './hop.ts'
import { jwt } from './jwt.ts'
import { redirect } from './redirect.ts'
import { request } from './request.ts'
import { status } from './status.ts'
import { stopped } from './stopped.ts'
import { that } from './that.ts'

export const expectations: Record<ExpectationKind, Expect> = {
  status,
  headers,
  body,
  request,
  redirect,
  jwt,
  stopped,
  hop,
  noHop,
  hops,
  that,
}
