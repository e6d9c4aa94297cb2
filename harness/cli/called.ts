/** What the user calls the testbed: from a checkout by npm, else by the name of the package. */
export const called = (): string =>
  ['testbed', 'start'].includes(process.env.npm_lifecycle_event ?? '') ? 'npm run testbed --' : 'udap-testbed'

/** A path as a shell takes it. */
export const shellWord = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
