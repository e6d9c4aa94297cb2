/** The error codes, for people: no verdict depends on them. */
import { readFileSync } from 'node:fs'
import { parse } from './load.ts'
import { ErrorsFile } from './schema.ts'
import type { ErrorCode } from './types.ts'

/** @param root a directory URL ending in a slash that holds `spec/` @throws SpecError */
export function loadErrors(root: URL): ErrorCode[] {
  const path = 'spec/errors.yaml'
  return parse(path, readFileSync(new URL(path, root), 'utf8'), ErrorsFile).value
}
