/** Who is it? With a password of this server, or at an identity provider that they choose. */
import type { FastifyReply } from 'fastify'
import { assuranceOf } from '../openid/assurance.ts'
import { providersPage } from '../pages/providers.ts'
import { signInPage } from '../pages/sign-in.ts'
import type { Server } from '../server.ts'
import { markSession } from './browser.ts'
import type { Authentication, Interaction } from './interaction.ts'
import { questionOf } from './page.ts'
import { denied } from './person-checks.ts'

const MOST_FAILURES = 10
/** Of a username that nobody has, what is kept to be shown again. */
const MOST_SHOWN = 200

export function showSignIn(server: Server, interaction: Interaction): string {
  const { signIn, username } = interaction
  const question = questionOf(server, interaction)
  if (signIn.by === 'choice') return providersPage({ ...question, ...signIn })
  return signInPage({ ...question, ...(username === undefined ? {} : { username }) })
}

export function takePassword(
  server: Server,
  interaction: Interaction,
  form: URLSearchParams,
  reply: FastifyReply,
): void {
  if (interaction.signIn.by !== 'password') return
  const username = form.get('username') ?? ''
  const account = server.accounts.signIn(username, form.get('password') ?? '')
  if (account) {
    const authTimeS = server.runtime.nowS()
    signedIn(server, interaction, { account, authTimeS, ...assuranceOf(account) }, reply)
    return
  }
  interaction.username = username.slice(0, MOST_SHOWN)
  interaction.error = 'The username or the password is wrong.'
  if (++interaction.failures >= MOST_FAILURES) throw denied('The password was wrong too often.')
}

export function takeProvider(interaction: Interaction, form: URLSearchParams): void {
  const { signIn } = interaction
  if (signIn.by !== 'choice') return
  const idp = form.get('idp') ?? ''
  if (idp === '' && signIn.local) interaction.signIn = { by: 'password' }
  else if (signIn.providers.some(({ issuer }) => issuer === idp)) interaction.signIn = { by: 'idp', idp }
  else interaction.error = 'Choose one of these.'
}

/** From now on it is they, in this interaction and for later ones in the browser; what somebody else said is void. */
export function signedIn(
  { sessions }: Server,
  interaction: Interaction,
  authentication: Authentication,
  reply: FastifyReply,
): void {
  startAnew(interaction, authentication)
  interaction.session = sessions.begin(interaction.session, authentication)
  markSession(reply, interaction.session)
}

/** Who has signed out meanwhile, in another tab, or made place for somebody else there, has said nothing here. */
export function forgetWhoLeft({ sessions }: Server, interaction: Interaction): void {
  const { authentication, session } = interaction
  if (authentication?.account.sub !== sessions.of(session)?.account.sub) startAnew(interaction, undefined)
}

function startAnew(interaction: Interaction, authentication: Authentication | undefined): void {
  Object.assign(interaction, { authentication, patient: undefined, allowed: undefined })
}
