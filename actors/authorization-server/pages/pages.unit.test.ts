import { type CheerioAPI, load } from 'cheerio'
import { describe, expect, test } from 'vitest'
import { consentPage } from './consent.ts'
import { LOGO, offered, question, samples } from './fixture.ts'
import { patientPage } from './patient.ts'
import { providersPage } from './providers.ts'
import { signInPage } from './sign-in.ts'

/** Values of all input fields and buttons with this name. */
const valuesOf = ($: CheerioAPI, name: string) =>
  $(`[name="${name}"]`)
    .toArray()
    .map((element) => $(element).attr('value'))

describe.each(samples)('$name', ({ model, render }) => {
  const $ = load(render(model))

  test('every field has one label, and every id is its own', () => {
    const ids = $('[id]')
      .toArray()
      .map((element) => $(element).attr('id'))
    expect(new Set(ids).size).toBe(ids.length)
    for (const field of $('input:not([type=hidden])').toArray()) {
      expect($(`label[for="${$(field).attr('id')}"]`)).toHaveLength(1)
    }
    for (const described of $('[aria-describedby]').toArray()) {
      expect(ids).toContain($(described).attr('aria-describedby'))
    }
  })

  test('every form is sent by POST, with the csrf token', () => {
    for (const form of $('form').toArray()) {
      expect($(form).attr()).toMatchObject({ method: 'post', action: question.action })
      expect($(form).find('[name=csrf]').attr('value')).toBe(question.csrf)
    }
  })

  test('no text from outside becomes markup', () => {
    const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;`
    const shapeOf = (page: CheerioAPI) =>
      page('*')
        .toArray()
        .map((element) =>
          [page(element).prop('tagName'), ...Object.keys(page(element).attr() ?? {})].join(' '),
        )
    const plain = load(render(everyText(model, () => 'Ana')))
    const spoilt = load(render(everyText(model, (text) => text + hostile)))
    expect(shapeOf(spoilt)).toEqual(shapeOf(plain))
    expect(spoilt('title').text()).toContain(hostile)
  })
})

/** A copy of a model with each text changed that is shown as it is. */
function everyText(value: unknown, change: (text: string) => string, key = ''): object {
  if (Array.isArray(value)) return value.map((one) => everyText(one, change))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, one]) => [name, everyText(one, change, name)])
    return Object.fromEntries(entries)
  }
  const changed = typeof value === 'string' && !['logo', 'role'].includes(key) ? change(value) : value
  return changed as object
}

describe('the app', () => {
  const withApp = (app: Partial<typeof question.app>) =>
    load(signInPage({ ...question, app: { ...question.app, ...app } }))

  test('is shown with its name, its URI, its logo, and where it lets people go', () => {
    const $ = withApp({ redirectUri: 'https://return.example:8443/callback' })
    expect($('.app').text()).toContain('Heart Diary')
    expect($('.app').text()).toContain('https://app.example/udap')
    expect($('img').attr()).toMatchObject({ src: LOGO, alt: '' })
    expect($('main').text()).toContain('Afterwards you are sent back to return.example:8443.')
  })

  test.each(['http://app.example/logo.png', 'javascript:alert(1)', 'data:image/png;base64,AAAA', 'logo.png'])(
    'gets its initial instead of the logo %s',
    (logo) => {
      const $ = withApp({ logo, name: 'ärzte' })
      expect($('img')).toHaveLength(0)
      expect($('.logo').text()).toBe('Ä')
    },
  )

  test('may have an address that is no web site', () => {
    expect(withApp({ redirectUri: 'org.example.app:/callback' })('main').text()).toContain(
      'org.example.app:/callback',
    )
  })
})

describe('sign in', () => {
  test('helps password managers, and asks for both', () => {
    const $ = load(signInPage({ ...question, username: 'ana' }))
    expect($('#username').attr()).toMatchObject({
      name: 'username',
      autocomplete: 'username',
      value: 'ana',
      required: '',
    })
    expect($('#password').attr()).toMatchObject({
      name: 'password',
      type: 'password',
      autocomplete: 'current-password',
      required: '',
    })
    expect($('#password').attr('value')).toBeUndefined()
    expect($('[aria-invalid]')).toHaveLength(0)
  })

  test('says what was wrong at both fields, as it does not say which one it was', () => {
    const $ = load(signInPage({ ...question, error: 'Wrong.' }))
    expect($('[role=alert]').text()).toBe('Wrong.')
    expect($('[aria-invalid][aria-describedby=error]')).toHaveLength(2)
  })
})

test('providers: each is a button, and so is the own sign-in where there is one', () => {
  const providers = [{ issuer: 'https://idp.example', label: 'CareID' }]
  const buttons = (local: boolean) => valuesOf(load(providersPage({ ...question, providers, local })), 'idp')
  expect(buttons(true)).toEqual(['https://idp.example', ''])
  expect(buttons(false)).toEqual(['https://idp.example'])
})

test('patient: one must be chosen, and none is beforehand', () => {
  const $ = load(patientPage({ ...question, patients: [{ id: 'p1', label: 'Ana' }] }))
  expect(valuesOf($, 'step')).toEqual(['patient'])
  expect($('input[type=radio]').attr()).toMatchObject({ name: 'patient', value: 'p1', required: '' })
  expect($('[checked]')).toHaveLength(0)
})

describe('consent', () => {
  const model = {
    ...question,
    person: 'Ana',
    scopes: offered('openid patient/Observation.rs'),
    role: 'authorization-server',
  } as const

  test('offers each scope in words; one that is required is sent, whatever a person clears', () => {
    const $ = load(consentPage(model))
    expect(
      $('[type=checkbox]')
        .toArray()
        .map((box) => $(box).attr('value')),
    ).toEqual(['openid', 'patient/Observation.rs'])
    expect($('[type=checkbox][disabled]').attr('value')).toBe('openid')
    expect($('[type=hidden][name=scope]').attr('value')).toBe('openid')
    expect($('label').text()).toContain('Read your lab results and vital signs (Observation)')
    expect(valuesOf($, 'step')).toEqual(['consent'])
    expect(valuesOf($, 'decision')).toEqual(['allow', 'deny'])
  })

  test('says who is signed in and whose record it is', () => {
    const text = load(consentPage({ ...model, patient: 'Tomás, born 2019' }))('dl').text()
    expect(text).toContain('Ana')
    expect(text).toContain('Tomás, born 2019')
    expect(load(consentPage(model))('dl').text()).not.toContain('Record')
  })

  test('at an identity provider it is about who the person is', () => {
    const text = load(consentPage({ ...model, role: 'identity-provider' }))('main').text()
    expect(text).toContain('Heart Diary asks Lakeside Hospital who you are.')
    expect(text).not.toContain('health data')
  })
})
