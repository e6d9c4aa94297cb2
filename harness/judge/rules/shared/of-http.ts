/** Said by HTTP itself, before anybody looks at what is asked for: not there, too much, too often (RFC 9110 15.5). */
const statuses = [404, 405, 408, 410, 411, 413, 414, 415, 421, 425, 426, 429, 431]

export const isOfHttp = (status: number): boolean => statuses.includes(status)
