// The image's health check: does the management port of this container's actor answer? Other commands have none,
// and are healthy as long as they run. The port is read from the command line of the container's first process.
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { parseArgs } from 'node:util'

const args = readFileSync('/proc/1/cmdline', 'utf8').split('\0')
const { address, port } = parseArgs({
  args: args.slice(args.indexOf('actor') + 1),
  options: { address: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', default: '0' } },
  strict: false,
}).values

// Nobody knows a port that was left to the system but who has read the actor's first line.
if (args.includes('actor') && port !== '0') {
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address
  const failed = (why) => {
    console.error(`The management port ${host}:${port} does not answer: ${why}`)
    process.exit(1)
  }
  get({ host, port, path: '/health', timeout: 3000 }, (answer) => {
    if (answer.statusCode !== 200) failed(`status ${answer.statusCode}`)
    answer.resume()
  })
    .on('timeout', () => failed('nothing came within 3 s'))
    .on('error', (error) => failed(error.message))
}
