/** POST {base URL}/Patient/$match: the patients whom a description may mean (FHIR R4, Patient-operation-match). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { type Check, Refusal, runChecks } from '../checks.ts'
import type { Runtime } from '../runtime.ts'
import { opens } from './access-checks.ts'
import { jsonOf } from './body.ts'
import type { DataSet, Resource } from './data.ts'
import type { Guard } from './guard.ts'
import { isEnough, type Match, matchOf } from './match.ts'
import { responses } from './response.ts'
import type { Paths } from './routes.ts'

export const MATCH_PATH = '/Patient/$match'

/** As a CapabilityStatement says it (rest.resource.operation). */
export const matchDescribed: JsonObject = {
  name: 'match',
  definition: 'http://hl7.org/fhir/OperationDefinition/Patient-match',
  documentation:
    'Compares identifier, birthDate, family, given, telecom, postalCode and gender exactly, with a weight each.',
}

const GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade'
const MAX_COUNT = 100

interface Asked {
  body: Json | undefined
  patient: JsonObject
  onlyCertain: boolean
  count: number
}

export const matchChecks: Check<Asked>[] = [
  {
    name: 'match-parameters',
    refs: [],
    run(asked) {
      const all = isObject(asked.body) && Array.isArray(asked.body.parameter) ? asked.body.parameter : []
      const named = (name: string) => all.filter(isObject).find((one) => one.name === name)
      const { resource } = named('resource') ?? {}
      const { valueBoolean = false } = named('onlyCertainMatches') ?? {}
      const { valueInteger = MAX_COUNT } = named('count') ?? {}
      const isPatient = isObject(resource) && resource.resourceType === 'Patient'
      asked.patient = isPatient ? resource : {}
      asked.onlyCertain = valueBoolean === true
      asked.count = Math.min(Number.isSafeInteger(valueInteger) ? Number(valueInteger) : 0, MAX_COUNT)
      if (!isObject(asked.body) || asked.body.resourceType !== 'Parameters')
        refuse(400, 'The body is no Parameters resource.')
      if (!isPatient) refuse(400, 'Parameters has no "resource" that is a Patient.')
      if (typeof valueBoolean !== 'boolean') refuse(400, 'onlyCertainMatches is a valueBoolean.')
      if (asked.count < 1) refuse(400, 'count is a valueInteger from 1.')
    },
  },
  {
    name: 'match-enough',
    refs: [],
    run({ patient }) {
      if (!isEnough(patient))
        refuse(422, 'This is too little to tell patients apart: add an identifier, or name and birthDate.')
    },
  },
]

export function matchPaths(runtime: Runtime, guard: Guard, { Patient }: DataSet): Paths {
  const { url } = runtime.context
  const { send, refuse } = responses(runtime)

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked: Asked = { body: jsonOf(request), patient: {}, onlyCertain: false, count: MAX_COUNT }
    try {
      await runChecks(matchChecks, asked, runtime.faults)
    } catch (error) {
      return refuse(reply, error)
    }
    const visible = opens({ base: url, permissions: guard.admission(request).permissions })
    const found = [...Patient.values()]
      .filter(visible)
      .flatMap((resource) => {
        const match = matchOf(asked.patient, resource)
        return match ? [{ resource, ...match }] : []
      })
      .sort((one, other) => other.score - one.score)
    const certain = found.filter(({ grade }) => grade === 'certain')
    // Two certain ones are none: nobody could tell which is meant.
    const shown = asked.onlyCertain ? (certain.length === 1 ? certain : []) : found.slice(0, asked.count)
    return send(reply, bundle(url, shown, asked.onlyCertain ? shown.length : found.length))
  }

  return { [MATCH_PATH]: { POST: { before: guard.before('Patient', 'search'), handle } } }
}

function bundle(url: string, shown: (Match & { resource: Resource })[], total: number): JsonObject {
  const entry = shown.map(({ resource, grade, score }) => ({
    fullUrl: `${url}/Patient/${resource.id}`,
    resource,
    search: { extension: [{ url: GRADE, valueCode: grade }], mode: 'match', score },
  }))
  // FHIR has no empty lists.
  return { resourceType: 'Bundle', type: 'searchset', total, ...(entry.length > 0 && { entry }) }
}

function refuse(status: number, message: string): never {
  throw new Refusal(message, { status, error: 'invalid' })
}
