import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const root = import.meta.dirname

// The oldest runtime that our build must run on: Electron 33 (Node 20.18, Chromium 130), the one that the
// launcher falls back to when the official Electron cannot be downloaded.
const nodeTarget = 'node20.18'
const chromeTarget = 'chrome130'

/** Packages of `dependencies` stay external in main: native ones must, the others need no bundling there. */
export default defineConfig({
  main: {
    build: {
      target: nodeTarget,
      outDir: 'out/main',
      sourcemap: true,
      minify: false,
      rollupOptions: {
        input: {
          index: resolve(root, 'main/index.ts'),
          worker: resolve(root, 'main/worker/entry.ts'),
          reader: resolve(root, 'main/actions/reader-entry.ts'),
          cli: resolve(root, 'main/cli/index.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      target: nodeTarget,
      outDir: 'out/preload',
      sourcemap: false,
      minify: false,
      rollupOptions: {
        input: { index: resolve(root, 'preload/index.ts') },
        // A sandboxed preload script cannot be an ES module and cannot require files of ours.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    base: './',
    plugins: [react()],
    build: {
      target: chromeTarget,
      outDir: resolve(root, 'out/renderer'),
      emptyOutDir: true,
      sourcemap: false,
      minify: true,
      // Inlined assets would be data: addresses, which the content security policy refuses for fonts and scripts.
      assetsInlineLimit: 0,
      rollupOptions: { input: { index: resolve(root, 'renderer/index.html') } },
    },
  },
})
