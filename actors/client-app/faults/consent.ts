/** The consent that a consent_reference points to (guide, B2B 5.2.1.1). */
import type { RuleId } from '../../../spec/types.ts'
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
  spoilt('consent', { mutation, title, breaks, set })

export const consentFaults = [
  row(
    'no-attachment-url',
    'The document is neither in the consent nor at a URL that it names.',
    ['b2b-038'],
    {
      'sourceAttachment.url': undefined,
    },
  ),
  row('attachment-gone', 'Nothing is at the URL of the document.', ['b2b-038'], {
    'sourceAttachment.url': (url: string) => `${url}-that-is-not-there`,
  }),
]
