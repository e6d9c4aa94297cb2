/** The status page: who is up and where, whom to trust, who registered, what happened last. */
import { type Html, html, httpsUrl, page } from '../../actors/html.ts'
import { milliseconds } from '../report/paint.ts'
import type { HopLine } from './hop-lines.ts'
import type { ActorStatus, RegisteredClient, Status } from './status.ts'

/** A download: the anchors that an actor trusts or is, of one community. */
export const anchorsPath = (actor: string, community: string): string =>
  `/anchors/${encodeURIComponent(actor)}/${encodeURIComponent(community)}.pem`

export const TLS_ROOT_PATH = '/tls-root.pem'

export function statusPage(status: Status): string {
  const { name, version, ready, since, life, actors, hops } = status
  const main = html`
<dl>
<div><dt>State</dt><dd>${ready ? 'ready' : 'not ready'}</dd></div>
<div><dt>Since</dt><dd>${since}${life > 1 && `, start ${life}`}</dd></div>
<div><dt>Testbed</dt><dd>${version}</dd></div>
<div><dt>TLS root</dt><dd><a href="${TLS_ROOT_PATH}">tls-root.pem</a></dd></div>
</dl>
<h2>Actors</h2>
<table>
<thead><tr><th scope="col">Name</th><th scope="col">What it is</th><th scope="col">Where</th><th scope="col">Trust anchors</th></tr></thead>
<tbody>${actors.map(actorRow)}</tbody>
</table>
${actors.map(clientTable)}
<h2>Last hops</h2>
${hops.length === 0 ? html`<p>None yet.</p>` : hopTable(hops)}`
  return page({ site: 'UDAP testbed', heading: name, main })
}

function actorRow({ name, kind, spec, url, endpoints, anchors, signIn }: ActorStatus): Html {
  const where = signIn
    ? html`<p>signs in as ${signIn.username} with the password ${signIn.password}</p>`
    : html`<p>${link(url)}</p>
<details><summary>Endpoints</summary><dl>${Object.entries(endpoints).map(
        ([endpoint, at]) => html`<div><dt>${endpoint}</dt><dd>${link(at)}</dd></div>`,
      )}</dl></details>`
  const trusted = Object.keys(anchors).map(
    (community) => html`<p><a href="${anchorsPath(name, community)}">${community}</a></p>`,
  )
  return html`<tr><th scope="row">${name}</th><td>${kind}, guide ${spec}</td><td>${where}</td><td>${trusted}</td></tr>`
}

function clientTable({ name, clients }: ActorStatus): Html {
  if (!clients) return html``
  const { count, last } = clients
  const more = count > last.length && html`<p>The last ${String(last.length)} of ${String(count)}.</p>`
  return html`<h2>Clients of ${name}</h2>
${more}${count === 0 ? html`<p>None yet.</p>` : clientRows(last)}`
}

const clientRows = (clients: RegisteredClient[]): Html => html`<table>
<thead><tr><th scope="col">Name</th><th scope="col">client_id</th><th scope="col">URI</th><th scope="col">Grants</th><th scope="col">Scopes</th></tr></thead>
<tbody>${clients.map(
  ({ name, clientId, uri, grants, scopes }) =>
    html`<tr><th scope="row"><bdi>${name}</bdi></th><td>${clientId}</td><td>${uri}</td><td>${grants.join(' ')}</td><td>${scopes.join(' ')}</td></tr>`,
)}</tbody>
</table>`

const hopTable = (hops: HopLine[]): Html => html`<table>
<thead><tr><th scope="col">Time</th><th scope="col">From</th><th scope="col">To</th><th scope="col">What</th><th scope="col">Request</th><th scope="col">Answer</th><th scope="col">Took</th></tr></thead>
<tbody>${[...hops]
  .reverse()
  .map(
    ({ time, from = 'outside', to = 'outside', class: kind, method, path, status, note, ms }) =>
      html`<tr><td>${time}</td><td>${from}</td><td>${to}</td><td>${kind}</td><td>${method} ${path}</td><td>${String(status ?? 'none')} ${note}</td><td>${milliseconds(ms)}</td></tr>`,
  )}</tbody>
</table>`

/** To where a browser may go. */
function link(url: string): Html {
  const safe = httpsUrl(url)
  return safe === undefined ? html`${url}` : html`<a href="${safe}">${url}</a>`
}
