/** What a client serves as its logo (guide, Registration 3.1). */
import { spoilt } from '../../spoil.ts'

const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"/>'
const page = '<!doctype html><title>Logo</title>'

const base64 = (text: string) => Buffer.from(text).toString('base64')

const row = (mutation: string, title: string, type: string, text: string) =>
  spoilt('logo', {
    mutation,
    title,
    breaks: ['reg-022'],
    tests: ['reg-035'],
    set: { type, body: base64(text) },
  })

export const logoFaults = [
  row('svg', 'The logo is a drawing, which is neither PNG, JPG nor GIF.', 'image/svg+xml', drawing),
  row('page', 'At the URL of the logo is a page.', 'text/html', page),
]
