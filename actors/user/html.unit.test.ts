import { expect, test } from 'vitest'
import type { Entry } from './browser.ts'
import { submission } from './form-data.ts'
import { readHtml } from './html.ts'

const URL_HERE = 'https://as.example/deep/page?a=1'

/** What the first form sends when its last button is pressed. */
function sent(form: string, fill: (label: string) => Entry['value'] | undefined = () => undefined) {
  const page = readHtml(form, URL_HERE)!
  const controls = page.forms[0]!.controls
  const entries = controls.flatMap((control): Entry[] => {
    const value = control.kind === 'button' ? undefined : fill(control.label)
    return value === undefined ? [] : [{ control, value }]
  })
  const button = controls.findLast(({ kind }) => kind === 'button')!
  const { method, url, body } = submission(page.actions[0]!, entries, button)
  return `${method} ${url}${body === undefined ? '' : ` ${body}`}`
}

test.each([
  ['no action', '<form method=post><button>Go</button></form>', `POST ${URL_HERE} `],
  [
    'a relative action',
    '<form method=POST action="next"><button>Go</button></form>',
    'POST https://as.example/deep/next ',
  ],
  [
    'a base',
    '<base href="/other/"><form method=post action=next><button>Go</button></form>',
    'POST https://as.example/other/next ',
  ],
  [
    'GET, which replaces the query',
    '<form action="?b=2"><input name=c value=3><button>Go</button></form>',
    'GET https://as.example/deep/page?c=3',
  ],
  [
    'a button with its own action',
    '<form><button formaction=/x formmethod=post name=n value=v>Go</button></form>',
    'POST https://as.example/x n=v',
  ],
  [
    'a button that is not pressed',
    '<form method=post><button name=a value=1>A</button><button name=b value=2>B</button></form>',
    `POST ${URL_HERE} b=2`,
  ],
  [
    'an action that is no URL',
    '<form method=post action="https://"><button>Go</button></form>',
    `POST ${URL_HERE} `,
  ],
  [
    'what is hidden',
    '<form method=post><input type=hidden name=h value="ä &amp;"><button>Go</button></form>',
    `POST ${URL_HERE} h=%C3%A4+%26`,
  ],
  [
    'what is disabled',
    '<form method=post><input name=a disabled value=1><fieldset disabled><input name=b value=2></fieldset><input name=c value=3><button>Go</button></form>',
    `POST ${URL_HERE} c=3`,
  ],
  [
    'what has no name',
    '<form method=post><input value=1><button value=2>Go</button></form>',
    `POST ${URL_HERE} `,
  ],
  [
    'checkboxes',
    '<form method=post><input type=checkbox name=a checked><input type=checkbox name=b value=2><button>Go</button></form>',
    `POST ${URL_HERE} a=on`,
  ],
  [
    'radio buttons',
    '<form method=post><input type=radio name=a value=1><input type=radio name=a value=2 checked><button>Go</button></form>',
    `POST ${URL_HERE} a=2`,
  ],
  [
    'a select',
    '<form method=post><select name=s><option value=1>One<option selected>Two</select><select name=t><option value=3>Three</select><select name=m multiple><option>No</select><button>Go</button></form>',
    `POST ${URL_HERE} s=Two&t=3`,
  ],
  [
    'a text of several lines',
    '<form method=post><textarea name=t>\na\nb</textarea><button>Go</button></form>',
    `POST ${URL_HERE} t=a%0D%0Ab`,
  ],
  [
    'controls elsewhere that name it',
    '<form method=post id=f></form><form><input name=other form=f value=1><button form=f>Go</button></form>',
    `POST ${URL_HERE} other=1`,
  ],
  [
    'a file and a reset',
    '<form method=post><input type=file name=f><input type=reset name=r value=R><input type=submit name=s value=S></form>',
    `POST ${URL_HERE} s=S`,
  ],
])('sends a form with %s', (_what, form, expected) => {
  expect(sent(form)).toBe(expected)
})

test('sets what a person sets', () => {
  const form = `<form method=post><label><input type=checkbox name=a checked>Clear</label><label><input type=checkbox name=b>Set</label>
<label><input type=radio name=r value=1 checked>One</label><label><input type=radio name=r value=2>Two</label>
<label>Name<input name=n value=before></label><label>Kept<input name=k value=kept></label><button>Go</button></form>`
  const fill = (label: string) => ({ Clear: false, Set: true, Two: true, Name: 'after' })[label]
  expect(sent(form, fill)).toBe(`POST ${URL_HERE} b=on&r=2&n=after&k=kept`)
})

test('does not see what is hidden from people', () => {
  const page = readHtml(
    '<form><div hidden><input name=a></div><input type=hidden name=b><button>Go</button></form>',
    URL_HERE,
  )
  expect(page?.forms[0]?.controls.map(({ label }) => label)).toEqual(['Go'])
})

test.each([
  ['nothing', ''],
  ['no HTML', '< & \u0000 \uffff </'],
  ['forms in forms', '<form>'.repeat(5_000)],
  ['many forms', '<form></form>'.repeat(4_999)],
  ['many fields', `<form id=f>${'<label for=a><input id=a aria-labelledby="a f">'.repeat(2_499)}`],
  ['what is nested deeply', '<div>'.repeat(5_000)],
])('reads %s in time', (_what, text) => {
  const began = performance.now()
  expect(readHtml(text, URL_HERE)?.title).toBe('')
  expect(performance.now() - began).toBeLessThan(8_000)
})

test('does not read a page of too many elements', () => {
  expect(readHtml('<p>'.repeat(5_001), URL_HERE)).toBeUndefined()
})
