/** What a trust community says of a registration: the URI of the client, and the certifications that it needs. */
import type { Certification, Community } from '../../../../spec/community.ts'
import { isStrings, type JsonObject } from '../../../../wire/json.ts'
import type { Message } from '../../message.ts'
import type { View } from '../../rule.ts'
import { words } from '../../words.ts'
import { unfit } from './community-object.ts'
import { by, matches } from './trust-community.ts'

/** What of the form of a client's URI is not kept to; `expected` and `seen`. */
export function clientUriFlaw(uri: string, community: Community) {
  const { uris, purposeOfUse } = community
  if (uris?.client !== undefined && !matches(uris.client, uri)) {
    return { expected: `iss that matches ${uris.client} ${by(community, uris, 'client')}`, seen: words(uri) }
  }
  if (!purposeOfUse?.inClientUri) return undefined
  const codes = purposeOfUse.codes.map(({ code }) => code)
  if (codes.some((code) => uri.endsWith(`#${code}`))) return undefined
  const expected = `iss that ends with # and one of ${codes.join(', ')} ${by(community, purposeOfUse, 'inClientUri')}`
  return { expected, seen: words(uri) }
}

/** Does the community say anything of it? */
export const hasClientUris = ({ uris, purposeOfUse }: Community): boolean =>
  uris?.client !== undefined || purposeOfUse?.inClientUri === true

/** Those that the grant types of a software statement need. */
export function neededBy(
  statement: JsonObject | undefined,
  { certifications = [] }: Community,
): Certification[] {
  const grants = statement?.grant_types
  if (!isStrings(grants)) return []
  return certifications.filter(({ requiredFor }) => requiredFor.some((one) => grants.includes(one)))
}

export const isOfProgramme = ({ body }: Message, { uris }: Certification): boolean => {
  const said = body?.certification_uris
  return isStrings(said) && uris.every((uri) => said.includes(uri))
}

/** The certifications that came with a registration request. */
export const certificationsIn = (request: Message, { history }: View): Message[] =>
  history.after(request, 'certification').filter(({ of }) => of === request)

/** How a certification of the programme differs from what the community has; `expected` and `seen`. */
export function programmeFlaw({ body }: Message, programme: Certification, community: Community) {
  if (!body) return undefined
  const { certification_name: name, iss, sub } = body
  const { signer, signerUri, claims } = programme
  if (name !== programme.name)
    return {
      expected: `certification_name ${programme.name} ${by(community, programme, 'name')}`,
      seen: words(name),
    }
  if ((signer === 'client') !== (iss === sub)) {
    const who = signer === 'client' ? 'the client itself' : 'somebody else than the client'
    return {
      expected: `a certification by ${who} ${by(community, programme, 'signer')}`,
      seen: `iss ${words(iss)}`,
    }
  }
  if (signerUri !== undefined && !(typeof iss === 'string' && matches(signerUri, iss)))
    return {
      expected: `iss that matches ${signerUri} ${by(community, programme, 'signerUri')}`,
      seen: words(iss),
    }
  const seen = claims && unfit(body, claims, community)
  return seen === undefined
    ? undefined
    : { expected: `claims as the programme has them ${by(community, programme, 'claims')}`, seen }
}
