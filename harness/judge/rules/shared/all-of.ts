import type { Rule } from '../../rule.ts'

/** Several judges as one: the first that finds something wrong speaks for all. */
export const allOf =
  (...judges: Rule['judge'][]): Rule['judge'] =>
  (message, view) => {
    const findings = judges.map((judge) => judge(message, view))
    return findings.find((one) => typeof one === 'object') ?? findings.find((one) => one !== undefined)
  }
