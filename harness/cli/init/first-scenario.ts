/** A first scenario to change, with its data and a page on how to run it. */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../../testbed.ts'
import { called } from '../called.ts'
import { writeAll } from './write.ts'

/** @returns what to tell the user */
export function firstScenario(folder: string): string {
  const schema = relative(
    join(folder, 'scenarios'),
    fileURLToPath(new URL('schema/scenario.schema.json', root)),
  )
  const data = readFileSync(new URL('scenarios/data/two-patients.json', root), 'utf8')
  const files = {
    'scenarios/first.yaml': scenario(schema),
    'scenarios/data/two-patients.json': data,
    'scenarios/README.md': readme,
  }
  writeAll(folder, files)
  const first = join(folder, 'scenarios/first.yaml')
  return `${Object.keys(files)
    .map((name) => `wrote ${join(folder, name)}`)
    .join('\n')}\n\nTry:  ${called()} run ${first} -v\n`
}

const scenario = (schema: string): string => `# yaml-language-server: $schema=${schema}
scenario: 1 # version of the language
name: A backend reads a patient with client credentials
tags: [b2b]

# Who takes part. Each gets a host name, keys and certificates of its own.
actors:
  ca: { kind: certificate-authority }
  as: { kind: authorization-server, with: { grants: [client_credentials] } }
  fhir: { kind: resource-server, with: { data: data/two-patients.json } }
  app: { kind: client-app, name: Payer backend }

# What the actors do, one after the other, over HTTPS. Every hop is recorded and judged.
steps:
  - id: discover
    actor: app
    uses: udap/discover # reads the metadata of the FHIR server and validates what is signed in it
    expect:
      - status: 200

  - id: register
    actor: app
    uses: udap/register
    with: { grant_types: [client_credentials], scope: system/Patient.rs }
    expect:
      - status: 201
        refs: [reg-036] # what the guide says: explain reg-036
      - body: { client_id: { $type: string } } # an object of $ operators, or a literal

  - id: token
    actor: app
    uses: udap/token
    with:
      scope: system/Patient.rs
      extensions:
        hl7-b2b:
          version: "1"
          organization_id: https://payer.example/organization
          purpose_of_use: ["urn:oid:2.16.840.1.113883.5.8#HPAYMT"]
    expect:
      - status: 200
      - body: { token_type: Bearer, expires_in: { $lte: 3600 } }

  - id: read
    actor: app
    uses: fhir/search
    with: { query: Patient?_count=1 }
    expect:
      - status: 200
      - body: { resourceType: Bundle, entry: { $length: 1 } }

# Next: let the app do one thing wrong, and expect that it is refused. At the step "register":
#     faults:
#       - { at: app, inject: software-statement/expired }
#     expect:
#       - status: 400
#       - body: { error: invalid_software_statement }
`

const readme = `# Scenarios

Each YAML file here is a scenario of udap-testbed; \`data/\` is what its FHIR server holds.

\`\`\`
udap-testbed validate scenarios                 is everything right? nothing is started
udap-testbed run scenarios -v                   run them, every hop listed
udap-testbed run scenarios/first.yaml --watch   again whenever a file is saved
udap-testbed explain reg-036                    what a rule, an error code, a fault … means
udap-testbed up scenarios/first.yaml            start its actors and leave them running
\`\`\`

From a checkout of the testbed write \`npm run testbed --\` in the place of \`udap-testbed\`.
The results are in \`out/\`; the traces there hold tokens, so keep it out of version control.
`
