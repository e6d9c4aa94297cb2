/** What the app tells a person whose browser comes back to it, or from an EHR. */
import type { FastifyReply } from 'fastify'
import { html, page, pageHeaders } from '../html.ts'

export const answeredPage = (site: string): string =>
  page({
    site,
    heading: 'You are connected',
    main: html`<p>${site} has its answer and goes on by itself. You can close this page.</p>`,
  })

/** @param why public words, some of them the server's */
export const deniedPage = (site: string, why: string): string =>
  page({
    site,
    heading: 'You are not connected',
    main: html`<p>${site} was not given access. ${why}</p><p>You can close this page.</p>`,
  })

export const refusedPage = (site: string, why: string): string =>
  page({
    site,
    heading: 'This answer was not for this app',
    error: true,
    main: html`<p>${why}</p><p>Nothing was done. Start again in ${site}.</p>`,
  })

export const launchRefusedPage = (site: string, why: string): string =>
  page({
    site,
    heading: 'This app cannot be started here',
    error: true,
    main: html`<p>${why}</p>`,
  })

export const startRefusedPage = (site: string): string =>
  page({
    site,
    heading: 'This app cannot ask for access yet',
    error: true,
    main: html`<p>${site} has not registered anywhere. Open this page again when it has.</p>`,
  })

export function sendPage(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).headers(pageHeaders).send(text)
}
