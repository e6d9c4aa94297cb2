/** The software statement in a registration request, as it stands there; nothing about it is checked. */
import type { RequestMessage } from '../../wire/hop.ts'
import { isObject } from '../../wire/json.ts'
import { decodeJwt, type Jwt } from '../../wire/jwt.ts'
import { parseJson } from '../../wire/parse.ts'

export function statementOf(request: RequestMessage | undefined): Jwt | undefined {
  const body = request && parseJson(request.body)
  const statement = isObject(body) ? body.software_statement : undefined
  return typeof statement === 'string' ? decodeJwt(statement) : undefined
}
