// For tests: a management port that misbehaves as FAKE_MANAGE says.
import { createServer } from 'node:http'

const mode = process.env.FAKE_MANAGE
process.stdin.resume().on('end', () => process.exit(0))
if (mode === 'dead') {
  console.error('no room on the device')
  process.exit(7)
}
if (mode === 'talkative') console.log('Hello, I am an actor')
const server = createServer((request, response) => {
  const body = (status, value) => response.writeHead(status).end(JSON.stringify(value))
  request.resume().on('end', () => {
    if (mode === 'other-token') return body(401, { error: 'Wrong token.' })
    if (request.url === '/open' && mode === 'empty') return body(200, null)
    if (request.url === '/open') return body(200, { port: 1 })
    if (request.url === '/start') return body(200, { url: 'https://x', facts: {} })
    if (request.url === '/act' && mode === 'killed') process.kill(process.pid, 'SIGKILL')
    if (request.url === '/act' && mode === 'failing') return body(500, { error: 'a bug' })
    if (request.url === '/act' && mode === 'babbling') return response.end('not JSON')
    if (request.url === '/act') return
    if (request.url.startsWith('/hops')) return response.end(mode === 'no-hop' ? '{"seq":1}\n' : '')
    if (request.url === '/disarm') return body(200, [])
    body(200, {})
  })
})
if (mode !== 'silent' && mode !== 'talkative') {
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })))
}
