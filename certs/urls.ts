/** Where an authority publishes: paths below its community's URL, which its certificates name. */
import type { Urls } from './extensions.ts'

export const crlPath = (authority: string): string => `/crl/${authority}.crl`
export const issuerPath = (authority: string): string => `/issuer/${authority}.cer`
export const OCSP_PATH = '/ocsp'
export const CROSS_SIGNED_PATH = '/issuer/intermediate-cross-signed.cer'

/** @param url base URL of the community */
export const urlsOf = (url: string, authority: string): Urls => ({
  crl: `${url}${crlPath(authority)}`,
  issuer: `${url}${issuerPath(authority)}`,
  ocsp: `${url}${OCSP_PATH}`,
})
