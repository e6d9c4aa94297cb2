/** The body of a registration request (guide, Registration 3.2.2; UDAP DCR 3). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, spoiltText, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, set: Record<string, Wrong>, breaks: RuleId[] = ['reg-032']) =>
  spoilt('registration-request', { mutation, title, breaks, tests: ['reg-035'], set })

export const registrationRequestFaults = [
  row('no-udap', 'udap is missing.', { udap: undefined }),
  row('wrong-udap', 'udap is 2.', { udap: '2' }),
  row('udap-as-number', 'udap is the number 1, not the text.', { udap: 1 }),
  row('no-software-statement', 'There is no software statement.', { software_statement: undefined }),
  row('software-statement-as-object', 'The software statement is no text.', {
    software_statement: (jwt: string) => ({ jwt }),
  }),
  row('software-statement-no-jwt', 'The software statement is no JWT.', { software_statement: 'no.jwt' }, [
    'reg-032',
    'gen-004',
  ]),
  row('certifications-as-text', 'certifications is a text instead of an array.', {
    certifications: 'no.jwt.either',
  }),
  row('no-certifications', 'There are no certifications.', { certifications: undefined }, ['com-006']),
  row(
    'parameter-beside',
    'client_name stands beside the software statement, too, and is another one there.',
    { client_name: 'A name that nobody signed' },
    ['reg-x20'],
  ),
  spoiltText('registration-request', {
    mutation: 'not-json',
    title: 'The body is cut off in the middle of its JSON.',
    breaks: ['reg-032'],
    tests: ['reg-035'],
    touches: [''],
    change: (text) => text.slice(0, -1),
  }),
]
