/** `certs revoke`: takes a certificate back. */
import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { readCertificates } from '../../pki/anchors.ts'
import { openAuthority } from '../../pki/authority.ts'
import { revokeSerial } from '../../pki/issue.ts'
import { revocationReasons } from '../../pki/options.ts'
import { authority } from './options.ts'

interface Flags {
  authority: string
  reason: (typeof revocationReasons)[number]
}

export function addRevoke(certs: Command): void {
  certs
    .command('revoke')
    .description('revoke a certificate')
    .argument('<certificate>', 'its serial number in hexadecimal, or a file whose first certificate it is')
    .addOption(authority())
    .addOption(
      new Option('--reason <reason>', 'RFC 5280 5.3.1').choices(revocationReasons).default('unspecified'),
    )
    .action((given: string, flags: Flags) => {
      const opened = openAuthority(flags.authority)
      const serial = existsSync(given) ? readCertificates(given)[0]!.serial : given
      const { revoked, at, reason, isNew } = revokeSerial(opened, serial, flags.reason)
      process.stdout.write(`Serial ${revoked} ${isNew ? 'is' : 'was already'} revoked: ${at} (${reason}).\n`)
    })
}
