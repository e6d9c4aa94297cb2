/** Action credential/replace: the testbed gives an actor its renewed certificate; what it had is no longer used. */
import { Type } from 'typebox'
import type { ActionSpec, Credential, JsonObject } from './actor.ts'
import { Refusal } from './checks.ts'
import type { Act } from './runtime.ts'

export const replaceCredential: ActionSpec = {
  title: 'Takes a new certificate in the place of the one that it has in the same community.',
  with: Type.Object(
    {
      community: Type.String({ description: 'URI of the community.' }),
      key: Type.String({ description: 'Private key, PEM PKCS#8.' }),
      chain: Type.Array(Type.String(), { description: 'Base64 DER, leaf first, without the root.' }),
      uris: Type.Array(Type.String(), { description: 'URI names of the certificate.' }),
    },
    { additionalProperties: false },
  ),
  links: {},
  answer: 'none: no request is made',
  outputs: {},
}

/** @param replace returns false when the actor has no certificate of that community */
export function replacing(actor: string, replace: (credential: Credential) => boolean): Act {
  return async (input: JsonObject) => {
    // The testbed alone sends this, and its shape is that of Context.credentials.
    const credential = input as unknown as Credential
    if (replace(credential)) return { outputs: {} }
    const message = `${actor} has no certificate of community ${credential.community} that could be replaced.`
    throw Object.assign(new Refusal(message), { check: 'missing-input' })
  }
}
