/** What is remembered of a code or a token is not the code or the token. */
import { createHash } from 'node:crypto'

export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64')
