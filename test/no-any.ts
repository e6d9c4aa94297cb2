/**
 * Does not compile when one of these types is `any`. A name that a library's declarations do not find (WebCrypto,
 * when `lib` lacks `dom`) makes a type that passes for everything, so it shows only where the declarations
 * themselves are checked: test/types.test.ts compiles this file with `skipLibCheck` off.
 */
import type { OCSPRequest, OCSPResponse } from '@peculiar/asn1-ocsp'
import type { AsnConvert } from '@peculiar/asn1-schema'
import type { CertificateList, Certificate as SchemaCertificate, TBSCertificate } from '@peculiar/asn1-x509'
import type * as x509 from '@peculiar/x509'
import type { ErrorObject, ValidateFunction } from 'ajv'
import type { fromBER } from 'asn1js'
import type { Command } from 'commander'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type * as jose from 'jose'
import type logUpdate from 'log-update'
import type * as pkijs from 'pkijs'
import type { Static, TInteger, TObject, TString } from 'typebox'
import type { Agent, buildConnector, Dispatcher, request } from 'undici'
import type { Document, LineCounter, Pair, ParsedNode, parseDocument } from 'yaml'

type IsAny<T> = 0 extends 1 & T ? true : false
type Not<T extends false> = T
/** What a function (or a promise of it) gives. */
type Given<F extends (...args: never[]) => unknown> = Awaited<ReturnType<F>>

// @ts-expect-error: what JSON.parse gives is any, so this file can fail.
export type Any = Not<IsAny<ReturnType<typeof JSON.parse>>>

export type WebCrypto = [
  Not<IsAny<CryptoKey>>,
  Not<IsAny<SubtleCrypto>>,
  Not<IsAny<Given<SubtleCrypto['sign']>>>,
]

export type Pkijs = [
  Not<IsAny<pkijs.Certificate>>,
  Not<IsAny<Given<pkijs.Certificate['getPublicKey']>>>,
  Not<IsAny<Parameters<pkijs.Certificate['sign']>[0]>>,
  Not<IsAny<pkijs.CertificateRevocationList['thisUpdate']>>,
  Not<IsAny<pkijs.BasicOCSPResponse['tbsResponseData']>>,
  Not<IsAny<Parameters<pkijs.BasicOCSPResponse['sign']>[0]>>,
  Not<IsAny<Given<pkijs.CertificateChainValidationEngine['verify']>>>,
  Not<IsAny<ReturnType<typeof fromBER>['result']>>,
]

export type PeculiarX509 = [
  Not<IsAny<x509.X509Certificate['publicKey']>>,
  Not<IsAny<Given<x509.PublicKey['export']>>>,
  Not<IsAny<Given<x509.X509Certificate['verify']>>>,
  Not<IsAny<Parameters<typeof x509.X509CertificateGenerator.create>[0]>>,
  Not<IsAny<Given<typeof x509.X509CrlGenerator.create>>>,
  Not<IsAny<x509.Extension['value']>>,
]

export type Asn1Schemas = [
  Not<IsAny<TBSCertificate['validity']>>,
  Not<IsAny<SchemaCertificate['tbsCertificate']>>,
  Not<IsAny<CertificateList['tbsCertList']>>,
  Not<IsAny<OCSPResponse['responseBytes']>>,
  Not<IsAny<OCSPRequest['tbsRequest']>>,
  Not<IsAny<ReturnType<typeof AsnConvert.serialize>>>,
]

export type Jose = [
  Not<IsAny<Given<typeof jose.compactVerify>['payload']>>,
  Not<IsAny<Given<typeof jose.compactVerify>['protectedHeader']>>,
  Not<IsAny<Given<typeof jose.importPKCS8>>>,
  Not<IsAny<Parameters<jose.CompactSign['sign']>[0]>>,
  Not<IsAny<jose.JWK['n']>>,
]

export type Http = [
  Not<IsAny<FastifyInstance['server']>>,
  Not<IsAny<FastifyRequest['headers']>>,
  Not<IsAny<FastifyRequest['body']>>,
  Not<IsAny<ReturnType<FastifyReply['code']>>>,
  Not<IsAny<Given<typeof request>['body']>>,
  Not<IsAny<Given<typeof request>['headers']>>,
  Not<IsAny<Dispatcher.ResponseData['statusCode']>>,
  Not<IsAny<ConstructorParameters<typeof Agent>[0]>>,
  Not<IsAny<Parameters<typeof buildConnector>[0]>>,
]

export type Data = [
  Not<IsAny<Static<TObject<{ name: TString; port: TInteger }>>>>,
  Not<IsAny<Static<TObject<{ name: TString; port: TInteger }>>['port']>>,
  Not<IsAny<ErrorObject['instancePath']>>,
  Not<IsAny<ErrorObject['keyword']>>,
  Not<IsAny<ValidateFunction['errors']>>,
  Not<IsAny<Document['errors']>>,
  Not<IsAny<ReturnType<typeof parseDocument>['contents']>>,
  Not<IsAny<ReturnType<LineCounter['linePos']>>>,
  Not<IsAny<Pair<ParsedNode>['key']>>,
]

export type Console = [Not<IsAny<ReturnType<Command['opts']>>>, Not<IsAny<typeof logUpdate>>]
