import type { Artifact } from '../make.ts'

/** What every action says that got an access token. */
export const tokenOutputs = {
  status: 'HTTP status',
  access_token: 'as issued',
  token_type: 'as answered',
  expires_in: 'seconds, when the answer says',
  scope: 'as granted, when the answer says',
  refresh_token: 'as issued, when one was',
  id_token: 'the JWT, when one came; it is validated then',
  patient: 'id of the record that the person chose, when the answer says',
  encounter: 'id, when the answer says',
  error: 'code of a refusal',
  error_description: 'words of a refusal, when there are any',
}

/** Those that stand in the answer itself. */
export const tokenAnswer = Object.keys(tokenOutputs).filter((name) => name !== 'status')

/** What the answer is made of. */
export const tokenArtifacts: Artifact[] = ['token-response', 'token-answer', 'access-token', 'id-token']
