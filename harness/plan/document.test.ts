import { expect, test } from 'vitest'
import { readDocument } from './document.ts'
import { formatProblem } from './problem.ts'

function message(text: string): string[] {
  const document = readDocument('s.yaml', text)
  if ('value' in document) throw new Error('it was read')
  return formatProblem(document.problem).split('\n')
}

test('where things stand, keys and values, through aliases', () => {
  const document = readDocument('s.yaml', 'a: &x\n  - b: 1\n    c:\nd: *x\n')
  if (!('value' in document)) throw new Error('it was not read')
  expect(document.value).toEqual({ a: [{ b: 1, c: null }], d: [{ b: 1, c: null }] })
  const at = (...keys: (string | number)[]) => [document.at(keys).line, document.at(keys).column]
  expect(at('a', 0, 'b')).toEqual([2, 8])
  expect(document.at(['a', 0, 'b'], 'key')).toEqual({ file: 's.yaml', line: 2, column: 5 })
  expect(at('a', 0, 'c')).toEqual([3, 5])
  expect(at('d', 0, 'b')).toEqual([2, 8])
  expect(at('a', 7)).toEqual([2, 3])
  expect(at('a', 0, 'none')).toEqual([2, 5])
})

test('a caret stands below its column, tabs or not', () => {
  const problem = { file: 's', line: 12, column: 3, message: 'no', source: '\tab' }
  expect(formatProblem(problem).split('\n')).toEqual(['s:12:3: no', '  12 | \tab', '     | \t ^'])
})

const inPlainWords: [string, string[]][] = [
  [
    '',
    [
      's.yaml:1:1: the file is empty',
      '  A scenario begins with scenario: 1 and a name; actors take part, steps say what they do.',
    ],
  ],
  [
    'a: [1, 2\nb: 3\n',
    ['s.yaml:1:4: this [ is never closed', '  1 | a: [1, 2', '    |    ^', '  add the closing ]'],
  ],
  [
    'a: {b: 1\nc: 2\n',
    ['s.yaml:1:4: this { is never closed', '  1 | a: {b: 1', '    |    ^', '  add the closing }'],
  ],
  [
    'a: "x\nb: 1\n',
    ['s.yaml:1:4: this " is never closed', '  1 | a: "x', '    |    ^', '  add the closing "'],
  ],
  ['a: 1\na: 2\n', ['s.yaml:2:1: a is there twice', '  2 | a: 2', '    | ^', '  keep one of them']],
  [
    'a:\n\tb: 1\n',
    ['s.yaml:2:1: a tab stands where YAML wants spaces', '  2 | \tb: 1', '    | ^', '  indent with spaces'],
  ],
  [
    'a: 1\n b: 2\n',
    [
      's.yaml:1:4: a key stands inside the value of another',
      '  1 | a: 1',
      '    |    ^',
      '  keys of one level begin in one column; a text with a colon in it must stand in quotes',
    ],
  ],
  [
    'a: *x\n',
    [
      's.yaml:1:4: this alias (*name) has no anchor (&name) above it',
      '  1 | a: *x',
      '    |    ^',
      '  to begin a text with *, put it into quotes',
    ],
  ],
  [
    'a: @x\n',
    [
      's.yaml:1:4: a plain text cannot begin with @',
      '  1 | a: @x',
      '    |    ^',
      '  put the text into quotes',
    ],
  ],
  [
    'b: [${{ y }}]\n',
    [
      's.yaml:1:5: between [ ] or { } a ${{ }} must stand in quotes',
      '  1 | b: [${{ y }}]',
      '    |     ^',
      "  write '${{ … }}'",
    ],
  ],
  [
    'a: !x y\n',
    [
      's.yaml:1:4: tags (!name) are not understood here',
      '  1 | a: !x y',
      '    |    ^',
      '  leave the tag out, or quote the text',
    ],
  ],
  [
    'a: 1\n---\nb: 2\n',
    [
      's.yaml:2:1: a second document begins here (---)',
      '  2 | ---',
      '    | ^',
      '  put each scenario into a file of its own',
    ],
  ],
]

test.each(inPlainWords)('%j', (text, lines) => {
  expect(message(text)).toEqual(lines)
})
