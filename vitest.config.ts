import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{actors,certs,harness,spec,test,wire}/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
