/** The answer of the UserInfo endpoint (OpenID Connect Core 5.3; UDAP Tiered OAuth 4.4). */
import { spoilt, type Wrong } from '../../spoil.ts'

const row = (mutation: string, title: string, set: Record<string, Wrong>) =>
  spoilt('userinfo-response', { mutation, title, breaks: ['tier-x12'], set })

export const userinfoResponseFaults = [
  row('wrong-sub', 'sub is not the one of the ID token.', { sub: 'a-subject-that-nobody-knows' }),
  row('no-sub', 'sub is missing.', { sub: undefined }),
  row('wrong-iss', 'iss is not the one of the ID token.', { iss: 'https://somebody-else.example' }),
]
