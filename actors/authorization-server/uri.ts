/** RFC 3986 3: a scheme, and only characters that a URI may have. */
export const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/
