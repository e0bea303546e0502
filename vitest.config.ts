import { defineConfig } from 'vitest/config'

/** The aliases (#contract, #engine, #db) are subpath imports of package.json, which vite resolves by itself. */
export default defineConfig({
  test: {
    include: ['{preload,main,db,renderer,scripts,bench}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // Native modules (SQLite, ONNX Runtime) are safest in a process of their own.
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    restoreMocks: true,
    reporters: ['default'],
  },
})
