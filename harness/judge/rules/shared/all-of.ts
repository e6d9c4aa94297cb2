import type { Finding, Rule } from '../../rule.ts'

/** The first that is wrong speaks for all. */
export const firstWrong = (findings: (Finding | undefined)[]): Finding | undefined =>
  findings.find((one) => typeof one === 'object') ?? findings.find((one) => one !== undefined)

/** Several judges as one. */
export const allOf =
  (...judges: Rule['judge'][]): Rule['judge'] =>
  (message, view) =>
    firstWrong(judges.map((judge) => judge(message, view)))
