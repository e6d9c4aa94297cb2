/** Whether what is asked for lies in what the access token opens, check by check. */
import { type Check, Refusal } from '../checks.ts'
import { challenge } from './challenge.ts'
import { isOf } from './compartment.ts'
import type { Resource } from './data.ts'
import type { Permission } from './scopes.ts'

interface Access {
  /** Own base URL. */
  base: string
  permissions: Permission[]
}

export interface ReadAccess extends Access {
  resource: Resource
}

export interface SearchAccess extends Access {
  /** The patients whom the search names; without any it finds what the token opens. */
  patients: string[]
}

const COMPARTMENT = 'access-token-compartment'

/**
 * What the token does not open is not there (FHIR R4 6.1.0, Access Denied Response Handling): 403 would tell
 * that it exists.
 */
export const readChecks: Check<ReadAccess>[] = [
  {
    name: COMPARTMENT,
    refs: [],
    run(access) {
      const { base, permissions, resource } = access
      const within = permissions.filter(
        ({ patient }) => patient === undefined || isOf(patient, resource, base),
      )
      access.permissions = within.length > 0 ? within : permissions.map(anybody)
      if (within.length === 0) notThere(resource)
    },
  },
  {
    name: 'access-token-restriction',
    refs: [],
    run({ permissions, resource }) {
      if (!permissions.some(({ matches = always }) => matches(resource))) notThere(resource)
    },
  },
]

/** Who names another patient is told so: it tells nothing, as the answer is the same whether there is one or not. */
export const searchChecks: Check<SearchAccess>[] = [
  {
    name: COMPARTMENT,
    refs: [],
    run(access) {
      const { base, patients, permissions } = access
      if (patients.length === 0) return
      const within = permissions.filter(({ patient }) => patient === undefined || patients.includes(patient))
      access.permissions = within.length > 0 ? within : permissions.map(anybody)
      if (within.length > 0) return
      const message = 'The access token does not open the record of this patient.'
      const error = 'insufficient_scope'
      throw new Refusal(message, { status: 403, error, headers: challenge(base, message, error) })
    },
  },
]

/** Each by its name, once. */
export const accessChecks = readChecks

/** Does one of the permissions open the resource? */
export const opens =
  ({ base, permissions }: Access) =>
  (resource: Resource): boolean =>
    permissions.some(
      ({ matches = always, patient }) =>
        (patient === undefined || isOf(patient, resource, base)) && matches(resource),
    )

const always = () => true

const anybody = (permission: Permission): Permission => ({ ...permission, patient: undefined })

function notThere({ resourceType }: Resource): never {
  throw new Refusal(`There is no ${resourceType} with this id.`, { status: 404, error: 'not_found' })
}
