/** Is the logo an image that people can be shown (guide, Registration 3.1)? */
import { CallFailed } from '../../call.ts'
import type { Check } from '../../checks.ts'
import type { Server } from '../server.ts'
import { isHttps, usesCode } from './registration-grants.ts'
import { invalidMetadata, type Registering } from './registration-request.ts'

const IMAGE_PATH = /\.(png|jpe?g|gif)$/i
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif']
const MAX_BYTES = 1024 * 1024
const TIMEOUT_MS = 5_000

export const logoImage: Check<Registering> = {
  name: 'logo-image',
  refs: ['reg-022', 'reg-035'],
  async run(subject) {
    const { logo_uri: logo } = subject.jwt.claims
    if (!usesCode(subject) || typeof logo !== 'string' || !isHttps(logo)) return
    if (subject.server.policy.fetchLogo) return fetchImage(subject.server, logo)
    if (!IMAGE_PATH.test(new URL(logo).pathname)) {
      throw invalidMetadata('logo_uri must name a PNG, JPG or GIF file.')
    }
  },
}

async function fetchImage({ runtime }: Server, url: string): Promise<void> {
  try {
    const { status, headers } = await runtime.call({ url, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS })
    const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
    if (status !== 200 || !IMAGE_TYPES.includes(type)) {
      throw invalidMetadata(
        `logo_uri must be answered with 200 and one of: ${IMAGE_TYPES.join(', ')}. It was ${status} and "${type.slice(0, 100)}".`,
      )
    }
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error
    throw invalidMetadata(`logo_uri cannot be fetched: ${error.message}`)
  }
}
