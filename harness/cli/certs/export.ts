/** `certs export`: what the other side needs to trust us. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { openAuthority } from '../../pki/authority.ts'
import { publicFiles } from '../../pki/export.ts'
import { PUBLIC, writeNew } from '../../pki/files.ts'
import { authority } from './options.ts'

export function addExport(certs: Command): void {
  certs
    .command('export')
    .description('write our trust anchors, for the other side: PEM and DER')
    .addOption(authority())
    .option('--out <folder>', 'where to', '.')
    .action((flags: { authority: string; out: string }) => {
      const lines = publicFiles(openAuthority(flags.authority)).map(({ name, contents, what }) => {
        const file = join(flags.out, name)
        writeNew(file, contents, PUBLIC)
        return `  ${file}  ${what}\n`
      })
      process.stdout.write(`Wrote, without any key:\n${lines.join('')}`)
    })
}
