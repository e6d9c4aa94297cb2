/** Reads the definitions of trust communities, those that ship and a user's own, and checks them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { deepFreeze, isObject, type JsonObject } from '../wire/json.ts'
import type { Code, Community, MemberRule, ObjectRules } from './community.ts'
import { CommunityFile } from './community-schema.ts'
import { parse, SpecError } from './load.ts'

/** By URI. */
export type Communities = Record<string, Community>

const shipped = new Map<string, Communities>()

/**
 * @param root a directory URL ending in a slash that holds `spec/`
 * @param folder of further definitions; one of a URI that ships takes its place
 * @throws SpecError
 */
export function loadCommunities(root: URL, folder?: string): Communities {
  const known = shipped.get(root.href) ?? readFolder(fileURLToPath(new URL('spec/communities/', root)))
  shipped.set(root.href, known)
  return folder === undefined ? known : { ...known, ...readFolder(folder) }
}

function readFolder(folder: string): Communities {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new SpecError(
      folder,
      1,
      'there is no such folder; name the one with the definitions of communities',
    )
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
  if (files.length === 0)
    throw new SpecError(folder, 1, 'no definition of a community is in it, which is a file *.yaml')
  const found: Communities = {}
  const from = new Map<string, string>()
  for (const name of files.sort()) {
    const path = join(folder, name)
    const { community, fail } = readCommunity(path)
    const other = from.get(community.community)
    if (other) fail(['community'], `${other} defines it, too`)
    from.set(community.community, path)
    found[community.community] = community
  }
  return deepFreeze(found)
}

type Path = (string | number)[]
type Fail = (field: Path, message: string) => never

function readCommunity(path: string): { community: Community; fail: Fail } {
  const { value, fail } = parse(path, readFileSync(path, 'utf8'), CommunityFile)
  const objects = (said: { schema?: string; example?: object; rules?: MemberRule[] }, at: Path) =>
    readObject(said, at, join(path, '..'), value, fail)
  const { subjectRole, purposeOfUse, certifications, extensions, ...own } = value
  const community = {
    ...own,
    ...(subjectRole && { subjectRole: { ...subjectRole, codes: codesOf(subjectRole.codes) } }),
    ...(purposeOfUse && { purposeOfUse: { ...purposeOfUse, codes: codesOf(purposeOfUse.codes) } }),
    ...(certifications && {
      certifications: certifications.map(({ claims, ...one }, i) => ({
        ...one,
        ...(claims && { claims: objects(claims, ['certifications', i, 'claims']) }),
      })),
    }),
    ...(extensions && {
      extensions: extensions.map(({ schema, example, rules, ...one }, i) => ({
        ...one,
        ...objects({ ...(schema && { schema }), ...(example && { example }), ...(rules && { rules }) }, [
          'extensions',
          i,
        ]),
      })),
    }),
  } as Community
  checkPatterns(community, fail)
  checkCodes(community, fail)
  checkExtensions(community, fail)
  checkSources(value, [], fail)
  return { community, fail }
}

const codesOf = (codes: (string | Code)[]): Code[] =>
  codes.map((one) => (typeof one === 'string' ? { code: one } : one))

function readObject(
  { schema: file, example, rules }: { schema?: string; example?: object; rules?: MemberRule[] },
  at: Path,
  folder: string,
  community: CommunityFile,
  fail: Fail,
): ObjectRules {
  const schema = file === undefined ? undefined : readSchema(join(folder, file), [...at, 'schema'], fail)
  const filled = example && filledIn(example, community)
  if (schema && filled) {
    const ajv = new Ajv({ strict: false })
    if (!ajv.validate(schema, filled)) {
      const { instancePath, message } = ajv.errors![0]!
      fail([...at, 'example'], `does not fit ${file}: ${instancePath.slice(1) || 'it'} ${message}`)
    }
  }
  for (const [i, { among }] of (rules ?? []).entries()) {
    if (!community[among]) fail([...at, 'rules', i, 'among'], `this file has no ${among}`)
  }
  return {
    ...(schema && { schema }),
    ...(example && { example: example as JsonObject }),
    ...(rules && { rules }),
  }
}

/** As a client would fill it in. */
function filledIn(example: object, { purposeOfUse }: CommunityFile): unknown {
  const [first = ''] = codesOf(purposeOfUse?.codes ?? []).map(({ code }) => code)
  return JSON.parse(JSON.stringify(example).replaceAll('{purpose}', purposeOfUse?.default ?? first))
}

function readSchema(path: string, at: Path, fail: Fail): JsonObject {
  if (!existsSync(path)) return fail(at, `${path} is not there`)
  try {
    const schema: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (!isObject(schema)) throw new Error('it is no object')
    const { $schema: _, ...rest } = schema
    new Ajv({ strict: false }).compile(rest)
    return rest
  } catch (error) {
    return fail(at, `${path} is no JSON Schema: ${(error as Error).message}`)
  }
}

function checkPatterns({ uris = {}, identifiers, certifications = [] }: Community, fail: Fail): void {
  const { server, client, organization } = uris
  const patterns: [Path, string | undefined][] = [
    [['uris', 'server'], server],
    [['uris', 'client'], client],
    [['uris', 'organization'], organization],
    ...(identifiers?.subject ?? []).map(({ pattern }, i): [Path, string | undefined] => [
      ['identifiers', 'subject', i, 'pattern'],
      pattern,
    ]),
    ...certifications.map(({ signerUri }, i): [Path, string | undefined] => [
      ['certifications', i, 'signerUri'],
      signerUri,
    ]),
  ]
  for (const [at, pattern] of patterns) {
    try {
      if (pattern !== undefined) new RegExp(pattern, 'u')
    } catch (error) {
      fail(at, (error as Error).message)
    }
  }
}

function checkCodes({ subjectRole, purposeOfUse, extensions = [] }: Community, fail: Fail): void {
  for (const [topic, list] of Object.entries({ subjectRole, purposeOfUse })) {
    const codes = list?.codes.map(({ code }) => code) ?? []
    const twice = codes.findIndex((code, i) => codes.indexOf(code) !== i)
    if (twice >= 0) fail([topic, 'codes', twice], `${codes[twice]} is there twice`)
    if (list?.default !== undefined && !codes.includes(list.default))
      fail([topic, 'default'], `${list.default} is none of its codes: ${codes.join(', ')}`)
  }
  const codes = purposeOfUse?.codes.map(({ code }) => code) ?? []
  for (const [i, { required }] of extensions.entries()) {
    const asked = typeof required === 'object' ? required.purposeOfUse : []
    const strange = asked.findIndex((code) => !codes.includes(code))
    if (strange >= 0) {
      const at = ['extensions', i, 'required', 'purposeOfUse', strange]
      fail(at, `${asked[strange]} is no code of purposeOfUse: ${codes.join(', ') || 'there are none'}`)
    }
  }
}

function checkExtensions({ extensions = [] }: Community, fail: Fail): void {
  const keys = extensions.map(({ key }) => key)
  for (const [i, { key, required, example }] of extensions.entries()) {
    if (key === 'hl7-b2b') fail(['extensions', i, 'key'], 'hl7-b2b is defined by the guide')
    if (keys.indexOf(key) !== i) fail(['extensions', i, 'key'], `${key} is there twice`)
    if (required !== undefined && !example)
      fail(['extensions', i, 'example'], 'is missing: clients send it where the object is required')
  }
}

/** A source that is said by key names keys of its topic. */
function checkSources(value: unknown, at: Path, fail: Fail): void {
  if (Array.isArray(value)) for (const [i, one] of value.entries()) checkSources(one, [...at, i], fail)
  if (!isObject(value)) return
  const { source } = value
  const strange = isObject(source) ? Object.keys(source).find((key) => !Object.hasOwn(value, key)) : undefined
  if (strange !== undefined) fail([...at, 'source', strange], `there is no ${strange} beside this source`)
  for (const [key, one] of Object.entries(value)) {
    if (key !== 'source' && key !== 'example' && key !== 'defaults') checkSources(one, [...at, key], fail)
  }
}
