/** Loaded before a program that is measured: what it used goes into the file that BENCH_USAGE names, at its end. */
import { writeFileSync } from 'node:fs'

export interface Usage {
  cpuSeconds: number
  /** The most memory that it ever had. */
  peakMb: number
}

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const usage: Usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 }
  writeFileSync(process.env.BENCH_USAGE!, JSON.stringify(usage))
})
