/** `certs import`: takes in what somebody else's community handed out, and says how testbed.yaml names it. */
import { existsSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import type { Command } from 'commander'
import { PRIVATE, PUBLIC, writeNew } from '../../pki/files.ts'
import { type Imported, objections, pemOf, readImports } from '../../pki/import.ts'
import { describe, factsOf, harmless } from '../../pki/words.ts'
import { exit, Failure } from '../exit.ts'
import { type PasswordFlags, passwordOf, passwords } from './options.ts'

interface Flags extends PasswordFlags {
  into: string
  name?: string
  community?: string
}

export function addImport(certs: Command): void {
  const command = certs
    .command('import')
    .description("take in trust anchors, or a certificate with its key, of somebody else's community")
    .argument('<file...>', 'PKCS#12, PEM, DER or PKCS#7; a chain and its key may be two files')
    .requiredOption('--into <folder>', 'where to: the folder of testbed.yaml, or one below it')
    .option('--name <name>', "what the files are called; the first file's name when left out")
    .option('--community <uri>', 'URI of that community')
  for (const option of passwords('the files')) command.addOption(option)
  command.action(async (files: string[], flags: Flags) => {
    const now = new Date()
    const imported = readImports(files, passwordOf(flags))
    const against = await objections(imported, now)
    const written = write(imported, flags.into, flags.name ?? basename(files[0]!, extname(files[0]!)))
    const words = [...told(imported, now), ...warned(imported, against), ...named(written, flags)]
    process.stdout.write(harmless(`${words.join('\n')}\n`))
  })
}

interface Written {
  anchors?: string
  chain?: string
  key?: string
}

function write({ credential, anchors }: Imported, folder: string, name: string): Written {
  if (!credential && anchors.length === 0) {
    throw new Failure(exit.usage, 'There is neither a trust anchor nor a key in it; nothing was written.')
  }
  const written: Written = {
    ...(anchors.length > 0 && { anchors: join(folder, `${name}-anchors.pem`) }),
    ...(credential && { chain: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }),
  }
  const taken = Object.values(written).find((file: string) => existsSync(file))
  if (taken !== undefined) {
    throw new Failure(
      exit.usage,
      `${taken} is there already; nothing was written. --name gives another name.`,
    )
  }
  if (written.anchors) writeNew(written.anchors, pemOf(anchors), PUBLIC)
  if (credential && written.chain && written.key) {
    writeNew(written.key, credential.key.export({ type: 'pkcs8', format: 'pem' }), PRIVATE)
    writeNew(written.chain, pemOf(credential.chain), PUBLIC)
  }
  return written
}

function told({ credential, anchors }: Imported, now: Date): string[] {
  const words = (title: string, one: Imported['anchors'][number]) => [
    `${title}: ${describe(one)}`,
    ...factsOf(one, now).map(([about, fact]) => `  ${about.padEnd(8)} ${fact}`),
  ]
  return [
    ...(credential ? words('Certificate with its key', credential.leaf) : []),
    ...(credential?.chain.slice(1) ?? []).flatMap((one) => words('Sent with it', one)),
    ...anchors.flatMap((one) => words('Trust anchor', one)),
  ]
}

function warned({ leftOver }: Imported, against: string[]): string[] {
  const words = [
    ...against.map((one) => `Warning: ${one}`),
    ...leftOver.map((one) => `Left out: ${describe(one)} is neither a trust anchor nor of this key.`),
  ]
  return words.length > 0 ? ['', ...words] : []
}

/** What testbed.yaml says to use them, which finds files beside itself. */
function named(written: Written, { into, community }: Flags): string[] {
  const beside = existsSync(join(into, 'testbed.yaml')) ? into : '.'
  const path = (file: string) => JSON.stringify(relative(beside, file))
  const uri = community === undefined ? '' : `, community: ${JSON.stringify(community)}`
  const { chain, key, anchors } = written
  return [
    '',
    `Wrote ${Object.values(written).join(', ')}.`,
    '',
    'In testbed.yaml, below `actors:`',
    ...(chain && key
      ? [
          `  client: { certificate: { file: ${path(chain)}, key: ${path(key)}${uri} } }  # the simulated actor that has it`,
        ]
      : []),
    ...(anchors
      ? [
          `  as: { url: https://as.example, anchors: [${path(anchors)}]${uri} }  # the real system of that community`,
        ]
      : []),
  ]
}
