/** RFC 3986 3: a scheme, and only characters that a URI may have. */
export const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/

/** An absolute http or https URL. */
export const isUrl = (value: unknown): value is string =>
  typeof value === 'string' && /^https?:\/\//i.test(value) && URI.test(value) && URL.canParse(value)
