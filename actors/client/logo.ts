/** The logo of a client, served by itself: a PNG of 32 by 32 pixels (guide 3.1: PNG, JPG or GIF, over https). */
import type { FastifyInstance } from 'fastify'
import type { Runtime } from '../runtime.ts'

export const LOGO_PATH = '/logo.png'

const png =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgAQMAAABJtOi3AAAABlBMVEUAbnj///8tUN6CAAAAVElEQVR42m2NsRGAIBRDH0fxS0ZwFEeTOxfDTf4IlBacKKHEFGmSvMCfzIG9AcfzWe8Q7i0T3QpWomM5OHZeTjKvpFRXG4EqszxmAggl6MTrSJerXmrWJ/2lOMXrAAAAAElFTkSuQmCC'

export function logo(app: FastifyInstance, runtime: Runtime): void {
  app.get(LOGO_PATH, async (_request, reply) => {
    const { type, body } = await runtime.make('logo', { type: 'image/png', body: png }, (draft) => draft)
    return reply.type(type).send(Buffer.from(body, 'base64'))
  })
}
