/** `certs inspect`: certificates in words, wherever they are. */
import type { Command } from 'commander'
import { type Line, type Link, lineUp } from '../../pki/line-up.ts'
import { lookAt } from '../../pki/look.ts'
import { fetchOverHttp } from '../../pki/web.ts'
import { describe, factsOf, harmless, revocationWords } from '../../pki/words.ts'
import { type PasswordFlags, passwordOf, passwords } from './options.ts'

export function addInspect(certs: Command): void {
  const command = certs
    .command('inspect')
    .description('say in words what certificates are: chain, names, validity, revocation')
    .argument(
      '<file or URL>',
      'PEM, DER, PKCS#7 or PKCS#12; https://… for its TLS chain; …/.well-known/udap for who signed it',
    )
  for (const option of passwords('the file')) command.addOption(option)
  command.action(async (target: string, flags: PasswordFlags) => {
    const now = new Date()
    const { what, certificates } = await lookAt(target, passwordOf(flags))
    const lines = await lineUp(certificates, fetchOverHttp, now)
    const text = lines.map((line) => linesOf(line, now).join('\n').trimEnd())
    process.stdout.write(harmless(`${what}\n\n${text.join('\n\n')}\n`))
  })
}

const NOBODY = 'it does not say where its issuer is'

function linesOf({ links, problems }: Line, now: Date): string[] {
  const last = links.at(-1)!.certificate
  const end =
    last.issuer === last.subject
      ? []
      : [`Its issuer is not known here, nor whether it was revoked: ${[...problems, NOBODY][0]}.`]
  return [...links.flatMap((link, i) => [...linkWords(link, i, now), '']), ...end]
}

function linkWords({ certificate, fetched, revocation }: Link, index: number, now: Date): string[] {
  const place = index === 0 ? '' : 'issued by '
  const note = fetched ? ', fetched from where the one above says' : ''
  const facts = [
    ...factsOf(certificate, now),
    ...(revocation ? [['revoked', revocationWords(revocation)] as const] : []),
  ]
  return [
    `${place}${describe(certificate)}${note}`,
    ...facts.map(([about, fact]) => `  ${about.padEnd(8)} ${fact}`),
  ]
}
