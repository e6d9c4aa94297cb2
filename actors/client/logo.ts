/** The logo of a client, served by itself: a PNG of 32 by 32 pixels (guide 3.1: PNG, JPG or GIF, over https). */
import type { FastifyInstance } from 'fastify'

export const LOGO_PATH = '/logo.png'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgAQMAAABJtOi3AAAABlBMVEUAbnj///8tUN6CAAAAVElEQVR42m2NsRGAIBRDH0fxS0ZwFEeTOxfDTf4IlBacKKHEFGmSvMCfzIG9AcfzWe8Q7i0T3QpWomM5OHZeTjKvpFRXG4EqszxmAggl6MTrSJerXmrWJ/2lOMXrAAAAAElFTkSuQmCC',
  'base64',
)

export function logo(app: FastifyInstance): void {
  app.get(LOGO_PATH, async (_request, reply) => reply.type('image/png').send(png))
}
