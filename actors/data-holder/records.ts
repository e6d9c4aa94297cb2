/** What a person is shown of the records that they may open, to tell them apart. */
import { isObject, type Json } from '../../wire/json.ts'
import type { PatientRecord } from '../authorization-server/server.ts'
import type { DataSet } from '../resource-server/data.ts'

export function recordsIn({ Patient }: DataSet) {
  return (id: string): PatientRecord | undefined => {
    const patient = Patient.get(id)
    if (!patient) return undefined
    const { name, birthDate } = patient
    return {
      label: nameIn(name) ?? id,
      ...(typeof birthDate === 'string' ? { detail: `Born ${birthDate}` } : {}),
    }
  }
}

/** The official one, else the first: its text, else given names and family name. */
function nameIn(names: Json | undefined): string | undefined {
  const all = Array.isArray(names) ? names.filter(isObject) : []
  const name = all.find(({ use }) => use === 'official') ?? all[0]
  if (!name) return undefined
  if (typeof name.text === 'string') return name.text
  const parts = [...(Array.isArray(name.given) ? name.given : []), name.family]
  return parts.filter((part) => typeof part === 'string').join(' ') || undefined
}
