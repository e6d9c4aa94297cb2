/** Has somebody else's image ended during a step? One of ours would have said so at its management port. */
import type { Observed } from '../../wire/hop.ts'
import { isImage } from '../plan/place.ts'
import { all, bounded } from './bounded.ts'
import type { Member } from './cast.ts'
import { StageBroken } from './stage-broken.ts'

/** A cut connection mostly means that who served it has just died: so long its end is waited for. */
const DEATH_MS = 1_000

/**
 * @param halves of the step
 * @throws StageBroken naming it
 */
export async function survived(members: Member[], halves: Observed[]): Promise<void> {
  const cut = halves.flatMap(({ side, error, request }) =>
    side === 'client' && error && request ? [new URL(request.url).origin] : [],
  )
  const suspects = members.filter(({ plan, url }) => isImage(plan.place) && cut.includes(new URL(url).origin))
  await all(
    suspects.map(({ place }) =>
      bounded(place!.gone!(), DEATH_MS, () => new Error('alive')).catch((end) => {
        if (end instanceof StageBroken) throw end
      }),
    ),
  )
}
