/** In which versions of the guide a case runs. */
import { everyVersion, specChoice } from './options.ts'
import { isElsewhere } from './place.ts'
import type { PlanActor } from './plan.ts'
import type { ScenarioFile } from './schema.ts'
import { listed, reportUnknown, type Spot, type Work, within } from './work.ts'

const runsInAll = ({ options }: Work) => specChoice(options.spec).all === everyVersion

/** Those that whoever names none follows: one, or with `--spec all` each in which the scenario means something. */
export function versionsOf({ spec }: ScenarioFile, work: Work, root: Spot): string[] {
  const { versions, defaults } = work.catalogue
  const meant = spec === undefined ? versions : [spec].flat()
  for (const version of meant.filter((one) => !versions.includes(one))) {
    reportUnknown(
      work,
      within(root, 'spec'),
      `there is no version ${version} of the guide`,
      version,
      versions,
    )
  }
  if (runsInAll(work)) return meant
  const asked = specChoice(work.options.spec).all ?? defaults.version
  return [meant.includes(asked) ? asked : meant[0]!]
}

interface Versioned {
  name: string
  actors: PlanActor[]
}

/** With `--spec all` each says its version; one in which nobody is left to follow another one is there once. */
export function inVersions<Case extends Versioned>(
  cases: { version: string; planned: Case }[],
  work: Work,
): Case[] {
  if (!runsInAll(work)) return cases.map(({ planned }) => planned)
  const followed = cases.map(({ planned }) => followedIn(planned))
  const [first] = followed
  if (cases.length > 1 && followed.every((one) => one.join() === first?.join())) {
    const { planned } = cases[0]!
    return [{ ...planned, name: `${planned.name} (${listed([...new Set(first)])})` }]
  }
  return cases.map(({ version, planned }) => ({ ...planned, name: `${planned.name} (${version})` }))
}

/** Certificate authorities and persons follow none, and have no certificate; others may run elsewhere. */
const followedIn = ({ actors }: Versioned) =>
  actors
    .filter(({ certificates, place }) => certificates.length > 0 || isElsewhere(place))
    .map(({ spec }) => spec)
