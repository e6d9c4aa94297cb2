/** What every reader of DER here needs: exact lengths, raw bytes, serial numbers as text. */
import { AsnConvert, type IAsnParseOptions } from '@peculiar/asn1-schema'

type Constructor<T> = new () => T

/**
 * Parses one whole DER value.
 * @throws when it is no DER, no T, or followed by other bytes (the parsers below accept those silently)
 */
export function parseDer<T>(der: Buffer, type: Constructor<T>, maxNodes = 10_000): T {
  if (elementLength(der, 0) !== der.length) throw new Error('it is not one whole DER value')
  const options: IAsnParseOptions = { berOptions: { maxNodes } }
  return AsnConvert.parse(der, type, options)
}

export function toDer(value: unknown): Buffer {
  return Buffer.from(AsnConvert.serialize(value))
}

/**
 * The raw elements inside a constructed DER value, each with its tag and length. Names are hashed and compared
 * as the bytes that stood in the certificate: encoding them anew may give other bytes.
 */
export function elementsOf(der: Buffer): Buffer[] {
  const end = elementLength(der, 0)
  const elements: Buffer[] = []
  let offset = headerLength(der, 0)
  while (offset < end) {
    const length = elementLength(der, offset)
    elements.push(der.subarray(offset, offset + length))
    offset += length
  }
  return elements
}

/** The contents of a DER value, without tag and length. */
export function contentsOf(der: Buffer): Buffer {
  return der.subarray(headerLength(der, 0))
}

/** Upper-case hexadecimal of whole bytes without leading zero bytes, as OpenSSL and Node print it. */
export function serialText(serial: ArrayBuffer | Buffer): string {
  const digits = Buffer.from(serial as ArrayBuffer)
    .toString('hex')
    .toUpperCase()
    .replace(/^(00)+(?=..)/, '')
  return digits === '' ? '00' : digits
}

/** Contents octets of the INTEGER that `serialText` printed. @throws when the text is no hexadecimal number */
export function serialBytes(text: string): Buffer {
  if (!/^[0-9a-f]{1,40}$/i.test(text)) throw new Error(`"${text}" is not a serial number in hexadecimal`)
  const bytes = Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex')
  return bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
}

/** Buffers share memory with a pool; the ASN.1 classes want an ArrayBuffer of their own. */
export function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function headerLength(der: Buffer, offset: number): number {
  const first = der[offset + 1]
  if (first === undefined) throw new Error('it ends too early')
  return first < 0x80 ? 2 : 2 + (first & 0x7f)
}

function elementLength(der: Buffer, offset: number): number {
  const header = headerLength(der, offset)
  const first = der[offset + 1]!
  if (first === 0x80 || header > 6 || offset + header > der.length) throw new Error('it is not DER')
  const contents = first < 0x80 ? first : der.readUIntBE(offset + 2, header - 2)
  if (offset + header + contents > der.length) throw new Error('it ends too early')
  return header + contents
}
