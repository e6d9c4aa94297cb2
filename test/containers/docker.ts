/** The Docker engine for tests. Where none answers they are skipped and say so; in CI they fail. */
import { beforeEach, inject } from 'vitest'

export { docker, image, leftBehind } from './engine.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no engine or no image, in a sentence; empty when all is there. By setup.ts. */
    noDocker: string
  }
}

/** To be called where the tests are described that need Docker and the image. */
export function needDocker(): void {
  beforeEach(({ skip }) => {
    const reason = inject('noDocker')
    if (reason === '') return
    if (process.env.CI) throw new Error(reason)
    skip(reason)
  })
}
