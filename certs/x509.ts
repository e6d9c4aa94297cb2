/** @peculiar/x509, which needs reflect-metadata loaded before it: nobody else imports it. */
import 'reflect-metadata'

export * from '@peculiar/x509'
