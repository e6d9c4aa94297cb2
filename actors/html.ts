/** Pages for people: HTML without scripts, escaped wherever something is filled in, in one layout. */
import { createHash } from 'node:crypto'
import { style } from './html-style.ts'

/** Markup. Only `html` makes it, so text from outside cannot pass for it. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

type Filling = string | Html | readonly Filling[] | false | undefined

/** A template literal whose every filling is escaped, in an element as in a quoted attribute. */
export function html(markup: TemplateStringsArray, ...fillings: Filling[]): Html {
  return new Html(String.raw({ raw: markup }, ...fillings.map(filled)))
}

function filled(filling: Filling): string {
  if (filling === undefined || filling === false) return ''
  if (filling instanceof Html) return filling.markup
  return typeof filling === 'string' ? escaped(filling) : filling.map(filled).join('')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

export interface Page {
  /** Whose page it is. */
  site: string
  /** Tells people, and whoever reads pages by program, what page it is. */
  heading: string
  /** What the person must put right here: the title says it first, as that is read out first. */
  error?: boolean
  main: Html
}

export function page({ site, heading, error = false, main }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${error && 'Error: '}${heading} – ${site}</title>
${new Html(`<style>${style}</style>`)}
</head>
<body>
<header>
<p class="notice">Test system – no real patient data</p>
<p class="site"><bdi>${site}</bdi></p>
</header>
<main>
<h1>${heading}</h1>
${main}
</main>
</body>
</html>
`.markup
}

/** `value` when it is an https URL: nothing else is put where a browser follows it. */
export function httpsUrl(value: string | undefined): string | undefined {
  const url = URL.parse(value ?? '')
  return url?.protocol === 'https:' ? url.href : undefined
}

const styleHash = createHash('sha256').update(style).digest('base64')

/**
 * `form-action` is a scheme, not a list of origins: Chromium holds it against each redirect that follows a form,
 * and where an app or a data holder sends the browser after its own callback is not known here. A tool on the
 * person's own machine may be without TLS (policy `httpRedirects`).
 */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src https:',
  "form-action 'self' https: http://localhost:* http://127.0.0.1:*",
  "frame-ancestors 'none'",
  "base-uri 'none'",
]

/** Of every page: not stored, not framed, no scripts, nothing from elsewhere but the logo of an app. */
export const pageHeaders: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-security-policy': policy.join('; '),
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}
