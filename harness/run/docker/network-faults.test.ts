import { expect, test } from 'vitest'
import { type Conditions, tcCommands } from './network-faults.ts'

const to = (conditions: Conditions, address = '172.20.0.3') => ({ address, conditions })
const leafOf = (conditions: Conditions) =>
  tcCommands([to(conditions)]).find((command) => command.includes('parent 1:1'))

test('without faults there is nothing to say', () => {
  expect(tcCommands([])).toEqual([])
})

test('each path has its class, found by the address at its end; what goes elsewhere meets none', () => {
  expect(tcCommands([to({ rate: '1mbit' }), to({ cut: true }, '172.20.0.4')])).toEqual([
    'tc qdisc add dev eth0 root handle 1: htb',
    'tc class add dev eth0 parent 1: classid 1:1 htb rate 1mbit quantum 60000',
    'tc filter add dev eth0 parent 1: protocol ip u32 match ip dst 172.20.0.3/32 flowid 1:1',
    'tc class add dev eth0 parent 1: classid 1:2 htb rate 10gbit quantum 60000',
    'tc qdisc add dev eth0 parent 1:2 blackhole',
    'tc filter add dev eth0 parent 1: protocol ip u32 match ip dst 172.20.0.4/32 flowid 1:2',
  ])
})

test('numbers of classes are hexadecimal', () => {
  const last = tcCommands(Array.from({ length: 16 }, () => to({ cut: true }))).at(-1)
  expect(last).toContain('flowid 1:10')
})

test.each<[Conditions, string]>([
  [{ delayMs: 200 }, 'netem delay 200ms'],
  [{ delayMs: 1000, jitterMs: 50 }, 'netem delay 1000ms 50ms'],
  [{ loss: 0.5 }, 'netem loss 0.5%'],
  [{ delayMs: 200, loss: 5, rate: '1mbit' }, 'netem delay 200ms loss 5%'],
])('%j', (conditions, expected) => {
  expect(leafOf(conditions)).toBe(`tc qdisc add dev eth0 parent 1:1 ${expected}`)
})
