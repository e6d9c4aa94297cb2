/** `certs`: certificate authorities that last, and certificates and trust anchors to and from other people. */
import type { Command } from 'commander'
import { addCa } from './certs/ca.ts'
import { addExport } from './certs/export.ts'
import { addImport } from './certs/import.ts'
import { addInspect } from './certs/inspect.ts'
import { addIssue } from './certs/issue.ts'
import { addRevoke } from './certs/revoke.ts'
import { addServe } from './certs/serve.ts'

export function addCerts(program: Command): void {
  const certs = program
    .command('certs')
    .description('make, hand out, take in and look at certificates and trust anchors')
  for (const add of [addCa, addIssue, addRevoke, addImport, addExport, addInspect, addServe]) add(certs)
}
