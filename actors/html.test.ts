import { createHash } from 'node:crypto'
import { load } from 'cheerio'
import { describe, expect, test } from 'vitest'
import { html, httpsUrl, page, pageHeaders } from './html.ts'

const HOSTILE = `"'><script>alert(1)</script>&amp;`

describe('html', () => {
  test('escapes text in elements and in attributes, and takes markup of its own as it is', () => {
    const { markup } = html`<p title="${HOSTILE}">${HOSTILE}</p>${html`<b>${'<'}</b>`}`
    expect(markup).not.toContain('<script')
    const $ = load(markup, null, false)
    expect($('p').attr('title')).toBe(HOSTILE)
    expect($('p').text()).toBe(HOSTILE)
    expect($('b').html()).toBe('&lt;')
  })

  test('takes lists, and nothing for what is not there', () => {
    expect(html`<ul>${['a', '<'].map((one) => html`<li>${one}</li>`)}</ul>${undefined}${false}`.markup).toBe(
      '<ul><li>a</li><li>&lt;</li></ul>',
    )
  })

  test('an object that looks like markup is not taken for it', () => {
    const lookalike: string = JSON.parse('{"markup":"<script>"}')
    expect(() => html`<p>${lookalike}</p>`).toThrow()
  })
})

describe('page', () => {
  const $ = load(page({ site: HOSTILE, heading: 'Sign in', error: true, main: html`<p>Here</p>` }))

  test('has a language, a title, one heading, and says that it is a test', () => {
    expect($('html').attr('lang')).toBe('en')
    expect($('title').text()).toBe(`Error: Sign in – ${HOSTILE}`)
    expect($('h1').text()).toBe('Sign in')
    expect($('header').text()).toContain('Test system – no real patient data')
    expect($('main').text()).toContain('Here')
    expect($('script')).toHaveLength(0)
  })

  test('its style is the one that its policy allows, and nothing in it is escaped', () => {
    const hash = createHash('sha256').update($('style').text()).digest('base64')
    expect(pageHeaders['content-security-policy']).toContain(`style-src 'sha256-${hash}'`)
    expect($('style').text()).not.toMatch(/[<&]|url\(|@import/)
  })
})

test('pages are not stored, framed, sniffed or told to others', () => {
  expect(pageHeaders).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'/),
  })
})

test.each([
  ['https://app.example/logo.png', 'https://app.example/logo.png'],
  ['http://app.example/logo.png', undefined],
  ['javascript:alert(1)', undefined],
  ['data:image/png;base64,AAAA', undefined],
  ['//app.example/logo.png', undefined],
  [undefined, undefined],
])('httpsUrl(%j) is %j', (value, url) => {
  expect(httpsUrl(value)).toBe(url)
})
