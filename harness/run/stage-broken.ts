/** The stage could not do its part: an actor did not start, did not answer, died. Nobody's protocol mistake. */
export class StageBroken extends Error {
  /** Name of the actor, when it was one. */
  readonly actor: string | undefined

  constructor(message: string, actor?: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StageBroken'
    this.actor = actor
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
