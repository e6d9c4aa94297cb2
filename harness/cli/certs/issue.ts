/** `certs issue`: a key and its certificate for URI names, as PEM and as PKCS#12. */
import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { openAuthority } from '../../pki/authority.ts'
import { PRIVATE, PUBLIC, writeNew } from '../../pki/files.ts'
import { issueLeaf, pemOf, pkcs12Of } from '../../pki/issue.ts'
import type { KeyAlgorithm } from '../../pki/options.ts'
import { readSecret } from '../../pki/secret.ts'
import { exit, Failure } from '../exit.ts'
import { authority, keyOption, type PasswordFlags, passwordOf, passwords } from './options.ts'

interface Flags extends PasswordFlags {
  authority: string
  out?: string
  name?: string
  key?: KeyAlgorithm
  profile: string
}

export function addIssue(certs: Command): void {
  const command = certs
    .command('issue')
    .description('issue a certificate: chain and key in PEM, and both in PKCS#12')
    .argument(
      '<uri...>',
      'URI names of it, for example the base URL of a server or the iss of a client',
      uris,
    )
    .addOption(authority())
    .option(
      '--out <path>',
      'path of the files, to which .pem, .key and .p12 are added; the host when left out',
    )
    .option('--name <text>', 'name for people; the first URI when left out')
    .addOption(keyOption("its key; the profile's when left out"))
    .option(
      '--profile <name>',
      'what it looks like; a faulty one, perhaps: expired, revoked, no-san …',
      'leaf',
    )
  for (const option of passwords('the PKCS#12 file; none when left out')) command.addOption(option)
  command.action(async (names: string[], flags: Flags) => {
    process.stdout.write(await issue(names, flags))
  })
}

async function issue(names: string[], flags: Flags): Promise<string> {
  const { key, profile } = flags
  const name = flags.name ?? names[0]!
  const out = flags.out ?? fileName(names[0]!)
  const secret = passwordOf(flags)
  const password = secret === undefined ? '' : readSecret(secret)
  const opened = openAuthority(flags.authority)
  const [chainFile, keyFile, p12File] = [`${out}.pem`, `${out}.key`, `${out}.p12`]
  const taken = [chainFile, keyFile, p12File].find((file) => existsSync(file))
  if (taken !== undefined) {
    throw new Failure(exit.usage, `${taken} is there already; nothing was issued. Name other files by --out.`)
  }
  const issued = await issueLeaf(opened, { uris: names, name, key, profile })
  writeNew(chainFile, pemOf(issued), PUBLIC)
  writeNew(keyFile, issued.key, PRIVATE)
  writeNew(p12File, await pkcs12Of(issued, password, name), PRIVATE)
  const { issued: serial, expires } = issued.entry
  return [
    `Issued serial ${serial} for ${names.join(', ')}, valid until ${expires.slice(0, 10)}.`,
    ...(issued.revoked ? ['Its profile had it revoked at once.'] : []),
    `  ${chainFile}  certificate and its issuer, PEM`,
    `  ${keyFile}  private key, PEM`,
    `  ${p12File}  both, PKCS#12, ${secret === undefined ? 'without a password' : 'with the password'}`,
    '',
  ].join('\n')
}

function uris(text: string, before: string[] | undefined): string[] {
  if (!/^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(text)) {
    throw new InvalidArgumentError(`${text} is no URI, such as https://app.example (in ASCII).`)
  }
  return [...(before ?? []), text]
}

/** `https://app.example:8443/x` → `app.example` */
function fileName(uri: string): string {
  const name = URL.canParse(uri) ? new URL(uri).hostname : ''
  return (name || uri).replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '')
}
