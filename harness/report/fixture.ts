/** For the tests of reports: a case that passed, one that failed, one that was skipped and one whose stage broke. */
import { type CaseSketch, endpoints, evidence, judge, nowS, registration } from '../judge/fixture.ts'

const made = registration({ iat: nowS - 10, exp: nowS + 200 }, 201)

export const passed: CaseSketch = {
  steps: [{ id: 'register', expect: [{ status: 201 }], hops: [made] }],
}

export const failed: CaseSketch = {
  plan: { name: 'A <b>bold</b> "name" | with; #1 `ticks` & @everybody' },
  steps: [
    {
      id: 'register',
      expect: [{ status: 201, refs: ['reg-036'] }],
      hops: [
        {
          ...registration({ iat: nowS - 10, exp: nowS + 200 }, 400),
          faults: { client: ['software-statement/expired'] },
          response: {
            status: 400,
            body: { error: 'x\u0000\u001b[2J]]>', error_description: 'see ```\n</details> end;' },
          },
        },
      ],
    },
  ],
}

export const skipped: CaseSketch = { steps: [{ id: 'register' }], plan: { skip: 'somebody else runs as' } }

export const broke: CaseSketch = {
  steps: [{ id: 'register', hops: [{ url: endpoints.token, error: { code: 'ECONNRESET', phase: 'body' } }] }],
  stage: { broke: { actor: 'as', step: 'register', message: 'as did not answer' } },
}

/** A run of these, judged. */
export function ran(...cases: CaseSketch[]) {
  const run = evidence(...cases)
  return { ...run, result: judge(run) }
}
