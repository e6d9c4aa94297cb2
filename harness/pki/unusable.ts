/** A file, a folder or a secret that was named and cannot be used: the words say which, why, and what would do. */
export class Unusable extends Error {
  override name = 'Unusable'

  constructor(what: string, why: string, options?: ErrorOptions) {
    super(`${what}: ${why}`, options)
  }
}
