/** `WWW-Authenticate` of who is not let in (RFC 6750 3). */

/**
 * @param realm own base URL
 * @param message goes into a quoted string: no quotes, no backslash, nothing that came over the wire
 * @param error '' without any authentication: then there is no error code either (3.1)
 */
export function challenge(
  realm: string,
  message: string,
  error: string,
  scope?: string,
): Record<string, string> {
  const attributes = Object.entries({
    realm,
    ...(error === '' ? {} : { error, error_description: message }),
    ...(scope === undefined ? {} : { scope }),
  }).map(([name, value]) => `${name}="${value}"`)
  return { 'www-authenticate': `Bearer ${attributes.join(', ')}` }
}
