/**
 * How well a Patient resource fits what is asked for: what is given is compared, element by element, and each has
 * its weight. No more than that: nothing is guessed of names that sound alike, and no other source is asked.
 */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'

/** Of the value set match-grade of FHIR R4; who fits less is left out. */
export type Grade = 'certain' | 'probable' | 'possible'

export interface Match {
  grade: Grade
  /** From 0 to 1: what agrees, of what was given. */
  score: number
}

interface Element {
  weight: number
  values(patient: JsonObject): string[]
}

const elements: Element[] = [
  { weight: 5, values: (patient) => listed(patient.identifier).flatMap(identifierText) },
  { weight: 4, values: ({ birthDate }) => texts(birthDate) },
  { weight: 3, values: ({ name }) => listed(name).flatMap(({ family }) => texts(family)) },
  { weight: 2, values: ({ name }) => listed(name).flatMap(({ given }) => listOf(given).flatMap(texts)) },
  { weight: 2, values: ({ telecom }) => listed(telecom).flatMap(({ value }) => texts(value)) },
  { weight: 1, values: ({ address }) => listed(address).flatMap(({ postalCode }) => texts(postalCode)) },
  { weight: 1, values: ({ gender }) => texts(gender) },
]

/** What must be given at least: less would match anybody, and let who asks look through the records. */
const LEAST = 5
/** As much as an identifier and a birth date, or a full name and a birth date. */
const CERTAIN = 9
const PROBABLE = { agreed: 7, share: 0.8 }
const POSSIBLE = { agreed: 5, share: 0.5 }

/** Is there enough to compare? */
export const isEnough = (asked: JsonObject): boolean => weightOf(asked) >= LEAST

/** @returns undefined when it fits too little to be shown */
export function matchOf(asked: JsonObject, patient: JsonObject): Match | undefined {
  const given = weightOf(asked)
  const agreed = sum(
    elements.filter(({ values }) => {
      const held = new Set(values(patient))
      return values(asked).some((value) => held.has(value))
    }),
  )
  const share = agreed / given
  const grade = gradeOf(agreed, share)
  return grade && { grade, score: Math.round(share * 100) / 100 }
}

function gradeOf(agreed: number, share: number): Grade | undefined {
  if (share === 1 && agreed >= CERTAIN) return 'certain'
  if (share >= PROBABLE.share && agreed >= PROBABLE.agreed) return 'probable'
  if (share >= POSSIBLE.share && agreed >= POSSIBLE.agreed) return 'possible'
  return undefined
}

const weightOf = (patient: JsonObject) => sum(elements.filter(({ values }) => values(patient).length > 0))

const sum = (found: Element[]) => found.reduce((total, { weight }) => total + weight, 0)

/** Case, accents and spaces around aside. */
const texts = (value: Json | undefined): string[] =>
  typeof value === 'string' && value.trim() !== ''
    ? [value.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase()]
    : []

const identifierText = ({ system, value }: JsonObject): string[] =>
  typeof system === 'string' && typeof value === 'string' ? [JSON.stringify([system, value])] : []

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

const listed = (value: Json | undefined): JsonObject[] => listOf(value).filter(isObject)
