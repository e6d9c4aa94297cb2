/** `certs ca`: makes a community's certificate authority that lasts. */
import type { Command } from 'commander'
import type { Authority } from '../../pki/authority.ts'
import { createAuthority } from '../../pki/create.ts'
import type { KeyAlgorithm } from '../../pki/options.ts'
import { called, shellWord } from '../called.ts'
import { keyOption, publicUrl } from './options.ts'

interface Flags {
  community?: string
  url: string
  key: KeyAlgorithm
}

export function addCa(certs: Command): void {
  certs
    .command('ca')
    .description("make a community's certificate authority that lasts: root, intermediate, TLS root")
    .argument('<folder>', 'where to; new or empty')
    .option('--community <uri>', "URI of the community; made of the folder's name when left out")
    .option(
      '--url <url>',
      'where its CRLs, OCSP and issuers will be, as the certificates say it',
      publicUrl,
      'http://127.0.0.1:5380',
    )
    .addOption(keyOption('keys of root and intermediate').default('rsa-2048'))
    .action(async (folder: string, { community, url, key }: Flags) => {
      const made = await createAuthority({ folder, community, url, key })
      process.stdout.write(words(made, folder))
    })
}

function words({ community, url }: Authority, folder: string): string {
  const [command, at] = [called(), shellWord(folder)]
  return [
    `${folder} is now the certificate authority of community ${community}.`,
    '',
    'For tests only. Who has the .key files can issue in its name: keep them out of version control.',
    '',
    'Next:',
    `  ${command} certs issue https://app.example --authority ${at}`,
    `  ${command} certs export --authority ${at} --out anchors`,
    `  ${command} certs serve --authority ${at}`,
    '',
    `\`serve\` publishes CRLs, OCSP and issuers; certificates say that they are at ${url}.`,
    `In testbed.yaml, \`authority: ${folder}\` makes it the authority of every run.`,
    '',
  ].join('\n')
}
