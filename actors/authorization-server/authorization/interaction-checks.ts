/** Is it the person who began it, and does it still go on? A page says so when not. */
import { type Check, Refusal } from '../../checks.ts'
import { equalSecrets } from '../constant-time.ts'
import type { Server } from '../server.ts'
import type { Interaction } from './interaction.ts'

/** What came to the URL of an interaction. */
export interface Visit {
  server: Server
  /** Undefined when there is none of this id. */
  interaction: Interaction | undefined
  browser: string | undefined
  mediaType: string
  form: URLSearchParams
}

function refuse(status: number, message: string): never {
  throw new Refusal(message, { status, error: 'invalid_request' })
}

const known: Check<Visit> = {
  name: 'interaction-known',
  refs: [],
  run({ interaction }) {
    if (!interaction) refuse(404, 'There is no such page, or it was there long ago.')
  },
}

const browser: Check<Visit> = {
  name: 'interaction-browser',
  refs: [],
  run({ interaction, browser }) {
    if (interaction && browser !== interaction.browser) {
      refuse(403, 'This page belongs to another browser, or this one keeps no cookies.')
    }
  },
}

/** @property ending it ends now: whoever comes second, be it by a hair, is too late */
export interface End {
  interaction: Interaction | undefined
  ending?: true
}

export const ended: Check<End> = {
  name: 'interaction-ended',
  refs: [],
  run({ interaction, ending }) {
    const before = interaction?.ended
    if (interaction && ending) interaction.ended = true
    if (before) refuse(410, 'You have already answered here, and the app was told.')
  },
}

const expiry: Check<Visit> = {
  name: 'interaction-expiry',
  refs: [],
  run({ server, interaction }) {
    if (interaction && server.interactions.expired(interaction)) {
      refuse(410, 'This page has waited too long for an answer.')
    }
  },
}

const contentType: Check<Visit> = {
  name: 'interaction-content-type',
  refs: [],
  run({ mediaType }) {
    if (mediaType !== 'application/x-www-form-urlencoded') refuse(415, 'This is not a form of this page.')
  },
}

/** RFC 9700 4.7.1 */
const csrf: Check<Visit> = {
  name: 'interaction-csrf',
  refs: [],
  run({ interaction, form }) {
    if (interaction && !equalSecrets(form.get('csrf') ?? '', interaction.csrf)) {
      refuse(403, 'The form did not come from this page.')
    }
  },
}

export const pageChecks: Check<Visit>[] = [known, browser, ended, expiry]

export const formChecks: Check<Visit>[] = [...pageChecks, contentType, csrf]
