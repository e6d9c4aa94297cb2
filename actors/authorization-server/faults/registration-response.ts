/** The answer to a registration (guide, Registration 3.2.3; UDAP DCR 5.1). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('registration-response', { mutation, title, breaks, set })

export const registrationResponseFaults = [
  row('no-client-id', 'There is no client_id.', ['reg-036', 'reg-x05'], { client_id: undefined }),
  row('statement-changed', 'software_statement is not the one that was sent.', ['reg-x05'], {
    software_statement: (jwt: string) => `${jwt.slice(0, -4)}AAAA`,
  }),
  row('no-statement', 'software_statement is missing.', ['reg-x05'], { software_statement: undefined }),
  row('no-grant-types', 'grant_types is missing.', ['reg-x05'], { grant_types: undefined }),
  row('with-jwt-claims', 'iss and aud of the statement stand in the answer.', ['reg-040'], {
    iss: 'https://app.example',
    aud: 'https://as.example/register',
  }),
  row('empty-logo', 'A parameter without a value is sent as an empty text.', ['reg-038', 'reg-039'], {
    logo_uri: '',
  }),
]
