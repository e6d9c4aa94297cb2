/** What the client asks for, apart from scopes (RFC 6749 4.1.1; guide 7.2; OpenID Connect Core 3.1.2.1). */
import type { Check } from '../../checks.ts'
import { readIdTokenHint } from '../openid/id-token-hint.ts'
import { type Asking, refuse } from './asking.ts'

const once: Check<Asking> = {
  name: 'authorization-parameters-once',
  refs: ['con-002', 'b2b-004', 'gen-x27'],
  breaks: ['gen-x27'],
  run({ repeated }) {
    // RFC 6749 3.1
    const [name] = repeated
    if (name !== undefined) refuse('invalid_request', 'A parameter was sent more than once.')
  },
}

/** OpenID Connect Core 6: not supported, and never left unread. */
const requestObject: Check<Asking> = {
  name: 'authorization-request-object',
  refs: [],
  run({ parameters }) {
    if (parameters.has('request')) refuse('request_not_supported', 'request is not supported here.')
    if (parameters.has('request_uri')) {
      refuse('request_uri_not_supported', 'request_uri is not supported here.')
    }
  },
}

const responseType: Check<Asking> = {
  name: 'authorization-response-type',
  refs: ['gen-020', 'gen-x24'],
  breaks: ['gen-x24'],
  run({ parameters }) {
    const type = parameters.get('response_type')
    if (type === undefined) refuse('invalid_request', 'response_type is missing.')
    if (type !== 'code') refuse('unsupported_response_type', 'response_type must be code.')
  },
}

const responseMode: Check<Asking> = {
  name: 'authorization-response-mode',
  refs: [],
  run({ parameters }) {
    if ((parameters.get('response_mode') ?? 'query') !== 'query') {
      refuse('invalid_request', 'response_mode must be query, which is also the default.')
    }
  },
}

const state: Check<Asking> = {
  name: 'authorization-state',
  refs: ['gen-024', 'gen-025'],
  breaks: ['gen-025', 'con-008', 'b2b-009'],
  run({ server, parameters }) {
    const { authorize } = server.runtime.context.spec.parameters
    if (authorize.state === 'required' && !parameters.has('state')) {
      refuse('invalid_request', 'state is missing.')
    }
  },
}

/** RFC 7636 4.2: what S256 gives is 43 characters long. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

const codeChallenge: Check<Asking> = {
  name: 'authorization-code-challenge',
  refs: ['gen-023', 'gen-029', 'gen-030'],
  breaks: ['gen-030'],
  run(subject) {
    const { authorize } = subject.server.runtime.context.spec.parameters
    const challenge = subject.parameters.get('code_challenge')
    subject.codeChallenge = challenge
    if (challenge === undefined) {
      if (authorize.pkce === 'required') refuse('invalid_request', 'code_challenge is missing.')
    } else if (!CHALLENGE.test(challenge)) {
      refuse('invalid_request', 'code_challenge is no SHA-256 hash in base64url.')
    }
  },
}

const codeChallengeMethod: Check<Asking> = {
  name: 'authorization-code-challenge-method',
  refs: ['gen-023', 'gen-029', 'gen-x25'],
  breaks: ['gen-029', 'con-008', 'b2b-009'],
  run({ codeChallenge: challenge, parameters }) {
    // RFC 7636 4.3: without it the method is plain.
    if (challenge !== undefined && parameters.get('code_challenge_method') !== 'S256') {
      refuse('invalid_request', 'code_challenge_method must be S256.')
    }
  },
}

const PROMPTS = ['none', 'login', 'consent', 'select_account']

const prompt: Check<Asking> = {
  name: 'authorization-prompt',
  refs: ['tier-018'],
  run(subject) {
    const prompts = (subject.parameters.get('prompt') ?? '').split(' ').filter(Boolean)
    // Of none and something else, the something else is what can be done.
    subject.prompt = prompts.length > 1 ? prompts.filter((one) => one !== 'none') : prompts
    if (!prompts.every((one) => PROMPTS.includes(one))) {
      refuse('invalid_request', `prompt may hold: ${PROMPTS.join(', ')}.`)
    }
    if (prompts.includes('none') && prompts.length > 1) {
      refuse('invalid_request', 'prompt must not have none beside something else.')
    }
  },
}

const maxAge: Check<Asking> = {
  name: 'authorization-max-age',
  refs: ['tier-018'],
  run(subject) {
    const seconds = subject.parameters.get('max_age')
    if (seconds === undefined) return
    if (!/^\d{1,10}$/.test(seconds)) refuse('invalid_request', 'max_age must be a whole number of seconds.')
    subject.maxAgeS = Number(seconds)
  },
}

/** OpenID Connect Core 3.1.2.1: an ID token of this server, of the person who is meant. */
const idTokenHint: Check<Asking> = {
  name: 'authorization-id-token-hint',
  refs: [],
  async run(subject) {
    const sent = subject.parameters.get('id_token_hint')
    if (sent === undefined) return
    subject.hint = await readIdTokenHint(subject.server, sent)
    if (!subject.hint) refuse('invalid_request', 'id_token_hint is no ID token that was issued here.')
  },
}

export const requestChecks = [
  once,
  requestObject,
  responseType,
  responseMode,
  state,
  codeChallenge,
  codeChallengeMethod,
  prompt,
  maxAge,
  idTokenHint,
]
