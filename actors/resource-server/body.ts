/** Bodies that a FHIR server reads: the form of a search, and JSON. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Json } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPES = ['application/fhir+json', 'application/json']

export const JSON_FORMATS = ['json', ...JSON_TYPES]

/** So that a form is not taken for JSON, nor JSON for a form. */
class JsonBody {
  readonly value: Json | undefined
  constructor(text: string) {
    this.value = parseJson(text)
  }
}

/** What is of another type is answered with 415. */
export function bodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (_request, body, done) =>
    done(null, new JsonBody(String(body))),
  )
}

/** The form, as text; undefined when there is JSON instead. */
export function formOf({ body }: FastifyRequest): string | undefined {
  if (body instanceof JsonBody) return undefined
  return typeof body === 'string' ? body : ''
}

/** Undefined when there is none, or it cannot be read. */
export const jsonOf = ({ body }: FastifyRequest): Json | undefined =>
  body instanceof JsonBody ? body.value : undefined
