/** What identifies nobody: reserved hosts, those of the standards, and words that any system uses. */

/** RFC 6761, RFC 2606; and where the standards and their code systems are. */
const publicHost =
  /(^|\.)(localhost|example|test|invalid|example\.(com|net|org)|hl7\.org|w3\.org|ietf\.org|iana\.org|openid\.net|udap\.org|loinc\.org|snomed\.info|unitsofmeasure\.org|nucc\.org|nlm\.nih\.gov|smarthealthit\.org|schema\.org)$/i
const loopback = /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1?\]?)$/

export const isPublicHost = (host: string): boolean => publicHost.test(host) || loopback.test(host)

const words = new Set(
  `access account accounts active admin agent alpha anchor anonymised api app application apps auth authority
   authorisation authorization authorize backend base bearer beta bundle callback cds certificate
   certificates certs claims client clients cloud community config configuration connect connectathon consent
   consumer core corp crl data demo dev development device digital directory discovery dynamic edge email endpoint
   endpoints engine environment error exchange fast fhir fhirserver flow gateway global group health healthcare
   html http https identity inc index info inferno integration interaction interactions intermediate
   internal introspect introspection issue issued issuer issuing jwks keys launch limited local login logout main
   management manifest mapping match medical member metadata mobile native network oauth oauth2 ocsp openid
   organization organisation page pages patient patients payer person pilot portal practitioner prod production
   profile protocol provider proxy public ready record redirect reference register registration relay release
   request resource responder response revocation revoke root sandbox scope search secure security server servers
   service services session sign signin signing simple site smart software staging stage stand standard start
   statement static status subordinate support system systems tefca tenant test testbed testing tiered token tokens
   trust udap user userinfo users valid validation verify version view web well-known wellknown www azure
   azurewebsites amazonaws cloudapp cloudfront herokuapp onrender appspot azurecr net com org gov edu`
    .split(/\s+/)
    .filter((word) => word !== ''),
)

/** Only such words, numbers and versions in it. */
export function isGeneric(text: string): boolean {
  const parts = text.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  return parts.every((part) => part.length < 3 || words.has(part) || /^v?\d{1,4}$/.test(part))
}
