/** What a scenario may loosen or tighten of an identity provider. */
import { Type } from 'typebox'
import { Policy as AuthorizationServerPolicy } from '../authorization-server/policy.ts'

/** All of an authorization server but what is about the hl7-b2b object: nobody has client credentials here. */
const { subjectId, purposesOfUse, ...its } = AuthorizationServerPolicy.properties

export const Policy = Type.Object(its, { additionalProperties: false })
