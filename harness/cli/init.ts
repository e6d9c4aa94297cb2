/** `init`: testbed.yaml and a certificate authority for who has a real system. Overwrites nothing. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, Option } from 'commander'
import { readAnchors } from '../pki/anchors.ts'
import { type Authority, files, openAuthority } from '../pki/authority.ts'
import { createAuthority } from '../pki/create.ts'
import { PRIVATE, PUBLIC, writeNew } from '../pki/files.ts'
import { issueLeaf, pemOf, pkcs12Of } from '../pki/issue.ts'
import { guide, isWebUrl, root } from '../testbed.ts'
import { called, shellWord } from './called.ts'
import { publicUrl } from './certs/options.ts'
import { exit, Failure } from './exit.ts'
import { firstScenario } from './init/first-scenario.ts'
import { productNames, products } from './init/product.ts'
import { type Answers, ask } from './init/questions.ts'
import { testbedFile } from './init/testbed-file.ts'
import { refuseTaken, writeAll } from './init/write.ts'

interface Flags extends Partial<Answers> {
  authority: string
  authorityUrl: string
  scenario?: boolean
}

const usualVersion = '2.0.0'

export function addInit(program: Command): void {
  program
    .command('init')
    .description(
      'write testbed.yaml and make a certificate authority, for a real system; asks, or takes flags',
    )
    .argument('[folder]', 'where to; this folder when left out', '.')
    .addOption(new Option('--have <what>', 'the real system').choices(productNames))
    .option('--url <url>', 'its URL')
    .option('--anchors <file>', 'trust anchors of its certificate; the testbed issues it one when left out')
    .option('--spec <version>', `version of the guide; ${usualVersion} when left out`)
    .option('--authority <folder>', 'where the certificate authority is made', 'authority')
    .option(
      '--authority-url <url>',
      'where its CRLs, OCSP and issuers will be for the other side',
      publicUrl,
      'http://127.0.0.1:5380',
    )
    .option('--scenario', 'write a first scenario to start from instead')
    .action(async (folder: string, flags: Flags) => {
      process.stdout.write(flags.scenario ? firstScenario(folder) : await init(folder, flags))
    })
}

async function init(folder: string, flags: Flags): Promise<string> {
  const versions = [usualVersion, ...Object.keys(guide().versions).filter((one) => one !== usualVersion)]
  const { authority, authorityUrl } = flags
  const at = join(folder, authority)
  const isThere = isAuthority(at)
  refuseTaken(folder, ['testbed.yaml', ...(isThere ? [] : [authority])])
  check(flags, versions)
  const answers = await ask(flags, versions)
  check(answers, versions)
  const { have, url, anchors } = answers
  const names = anchors === undefined ? ['pem', 'key', 'p12'].map((ending) => `${have}.${ending}`) : []
  refuseTaken(folder, names)

  const community = `urn:udap-testbed:community:${basename(resolve(folder)).replace(/[^\w.-]+/g, '-')}`
  const made = isThere
    ? openAuthority(at)
    : await createAuthority({ folder: at, community, url: authorityUrl, key: 'rsa-2048' })
  const schema = relative(folder, fileURLToPath(new URL('schema/testbed.schema.json', root)))
  const own = { ...answers, ...(anchors !== undefined && { anchors: pathIn(folder, anchors) }) }
  writeAll(folder, { 'testbed.yaml': testbedFile(own, schema, { folder: authority, url: made.url }) })
  if (anchors === undefined) await issue(made, url, join(folder, have))
  const ignored = ignore(folder, [
    ...(anchors === undefined ? [`${have}.key`, `${have}.p12`] : []),
    `${authority}/*.key`,
    'out/',
  ])
  const written = [join(folder, 'testbed.yaml'), at, ...names.map((name) => join(folder, name)), ...ignored]
  return [...written.map((path) => `wrote ${path}`), '', ...next(answers, folder, at), ''].join('\n')
}

const isAuthority = (folder: string): boolean => existsSync(join(folder, files.about))

function check({ url, anchors, spec }: Partial<Answers>, versions: string[]): void {
  if (url !== undefined && !isWebUrl(url))
    throw new Failure(exit.usage, `--url ${url} is no URL, such as https://as.example; nothing was written.`)
  if (spec !== undefined && !versions.includes(spec))
    throw new Failure(
      exit.usage,
      `There is no version ${spec} of the guide; there are: ${versions.join(', ')}.`,
    )
  if (anchors !== undefined) readAnchors(anchors)
}

const pathIn = (folder: string, path: string): string => {
  if (isAbsolute(path)) return path
  const found = relative(folder, path)
  return found.startsWith('.') ? found : `./${found}`
}

async function issue(authority: Authority, uri: string, out: string): Promise<void> {
  const issued = await issueLeaf(authority, { uris: [uri], name: uri, key: undefined, profile: 'leaf' })
  writeNew(`${out}.pem`, pemOf(issued), PUBLIC)
  writeNew(`${out}.key`, issued.key, PRIVATE)
  writeNew(`${out}.p12`, await pkcs12Of(issued, '', uri), PRIVATE)
}

/** Keys, and evidence with tokens in it, are nothing for a repository. @returns the file, where it lacked lines */
function ignore(folder: string, lines: string[]): string[] {
  const file = join(folder, '.gitignore')
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const missing = lines.filter((line) => !before.split('\n').includes(line))
  if (missing.length === 0) return []
  appendFileSync(file, `${before === '' || before.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`)
  return [file]
}

function next({ have, anchors }: Answers, folder: string, at: string): string[] {
  const { page, track } = products[have]
  const where = resolve(folder) === process.cwd() ? '' : `cd ${shellWord(folder)} && `
  const certificate =
    anchors === undefined ? [`Give it its certificate: ${join(folder, have)}.p12, or .pem with .key.`] : []
  return [
    ...certificate,
    `Make it trust ${join(at, 'root.pem')}: certificates of our actors lead there.`,
    `Next:  ${where}${called()} run ${track} -v`,
    `Step by step: ${fileURLToPath(new URL(page, root))}`,
  ]
}
