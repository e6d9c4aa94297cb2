/** The text of testbed.yaml. */

import { products } from './product.ts'
import type { Answers } from './questions.ts'

interface Authority {
  /** As the file names it. */
  folder: string
  /** What its certificates name. */
  url: string
}

/** @param schema path of its JSON Schema */
export function testbedFile(answers: Answers, schema: string, authority: Authority): string {
  return `# yaml-language-server: $schema=${schema}
# Who of the scenarios is a real system; everybody else is simulated. Paths are relative to this file. Secrets stay
# out of it: { env: NAME } or { file: path } stands in their place.
testbed: 1
spec: ${answers.spec} # version of the guide that everybody follows

# The certificate authority of our community. The other side needs its root.pem as a trust anchor.
authority: ${quoted(authority.folder)}

# TLS roots that our calls trust beside those of the operating system.
# tlsCa: [their-tls-root.pem]

# How long a step waits for an app or a person that acts by itself.
# awaitFor: PT5M

actors:
${actor(answers)}${isLoopback(authority.url) ? '' : publisher}`
}

function actor({ have, url, anchors }: Answers): string {
  const { actor: name, title } = products[have]
  const trust =
    anchors === undefined
      ? '    # anchors: [their-root.pem] # for certificates of another authority than ours'
      : `    anchors: [${quoted(anchors)}] # what its certificate leads to: simulated actors trust it`
  return `  # ${title[0]!.toUpperCase()}${title.slice(1)}, by its name in scenarios/tracks/.
  ${name}:
${have === 'app' ? '    await: true # it comes to us: steps wait for it\n' : ''}    url: ${quoted(url)}
${trust}
    # community: urn:their:community # URI of its community, when that is not ours
    # allowFaults: true # when its owner agrees: it gets wrong messages, too
${more[have]}`
}

const more: Record<Answers['have'], string> = {
  server: `    # endpoints: { token: /oauth2/token } # path or URL, where reports shall know one that is not as usual

  # A person of flesh and blood signs in there; or a simulated one, with a name and a password that it knows.
  # ana: { await: true }
  # ana: { username: ana, password: { env: ANA_PASSWORD } }
`,
  app: `    # start: https://app.example/start # where a person begins, for whom a simulated one stands in
    # facts: { redirect_uri: https://app.example/callback }

  # A person of flesh and blood uses it.
  # ana: { await: true }

  # Where the app finds the simulated server, the same in each run.
  server: { serve: { url: "https://server.localhost:8443", port: 8443 } }
`,
  idp: `
  # Who signs in there: a simulated person, with a name and a password that it knows; or one of flesh and blood. The
  # data holder knows them by the sub of its ID tokens.
  # ana: { username: ana, password: { env: ANA_PASSWORD }, subjects: { idp: "248289761001" } }
  # ana: { await: true, subjects: { idp: "248289761001" } }
`,
}

/** Plain where YAML reads it as the text that it is. */
const quoted = (text: string): string =>
  /^[A-Za-z./][\w./:@%~+=-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text)

const isLoopback = (url: string): boolean =>
  /^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)

/** Actors listen on loopback where nobody says otherwise. */
const publisher = `
  # Asked from elsewhere for CRLs, OCSP and issuers.
  ca: { serve: { address: 0.0.0.0 } }
`
