/** EHR launches (SMART App Launch, "EHR launch"): what was open in the EHR when a person started an app from there. */
import { Bounded } from '../../bounded.ts'

const MOST = 1000

export interface Launch {
  id: string
  patient: string | undefined
  /** Subject of who started the app; anybody's when undefined. */
  sub: string | undefined
  /** What else goes into the token response: encounter, intent, need_patient_banner, … */
  context: Record<string, string | boolean>
}

export interface Launches {
  begin(launch: Omit<Launch, 'id'>): Launch
  of(id: string): Launch | undefined
}

export function createLaunches(newId: () => string): Launches {
  const all = new Bounded<Launch>(MOST)
  return {
    begin(stated) {
      const launch = { ...stated, id: newId() }
      all.set(launch.id, launch)
      return launch
    },
    of: (id) => all.get(id),
  }
}
