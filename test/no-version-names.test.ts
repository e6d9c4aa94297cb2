import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { projectFiles, projectRoot } from './project-files.ts'
import { lineOf, walk } from './syntax.ts'

const known = readdirSync(`${projectRoot}spec/versions`).map((file) => file.replace(/\.yaml$/, ''))
const versions = new Set(['1.0.0', '1.1.0', '2.0.0', '3.0.0', '3.0.0-ballot', ...known])

/** Text of the code, comments left out, that names a version of the guide: `line: version`. */
function versionNames(text: string): string[] {
  const found: string[] = []
  walk(text, (node) => {
    if (node.type !== 'Literal' && node.type !== 'TemplateElement') return
    const written = typeof node.value === 'string' ? node.value : JSON.stringify(node.value)
    const names = written?.match(/(?<![\d.])\d+\.\d+\.\d+(-[a-z]+)?(?![\d.])/g) ?? []
    const name = names.find((one) => versions.has(one))
    if (name) found.push(`${lineOf(text, node)}: ${name}`)
  })
  return found
}

test('an actor asks for parameters of the protocol, never for a version of the guide', () => {
  const files = projectFiles((path) => /^actors\/.+\.ts$/.test(path) && !/\.test\.ts$|fixture/.test(path))
  expect(files.size).toBeGreaterThan(3)
  expect([...files].flatMap(([path, text]) => versionNames(text).map((found) => `${path}:${found}`))).toEqual(
    [],
  )
})

test('a version name would be found', () => {
  const text = "if (spec.version === '1.1.0') {}\nconst a = `v2.0.0`\nconst b = { '3.0.0-ballot': 1 }"
  expect(versionNames(text)).toEqual(['1: 1.1.0', '2: 2.0.0', '3: 3.0.0-ballot'])
  expect(versionNames("// since 2.0.0 (2.3)\nconst ip = '127.0.0.1', fhir = '4.0.1'")).toEqual([])
})
