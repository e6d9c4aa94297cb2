/** Who of a case acts by itself: systems that somebody else runs, clients under test, persons. */
import type { StageActor, StageCase } from '../trace/trace.ts'

export const isElsewhere = (actor: StageActor | undefined): boolean =>
  actor !== undefined && (actor.place === 'await' || URL.canParse(actor.place))

/** Whose own calls nobody recorded. */
export const elsewhereIn = ({ actors }: Pick<StageCase, 'actors'>): string[] =>
  Object.keys(actors).filter((name) => isElsewhere(actors[name]))

/** Is what arrives at it on record? */
export const isSeenArriving = (actor: StageActor | undefined): boolean =>
  !isElsewhere(actor) || actor?.observed === true
