/** What a scenario may loosen or tighten of a certificate authority: nothing. */
import { Type } from 'typebox'

export const Policy = Type.Object({}, { additionalProperties: false })
