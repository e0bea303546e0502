/** Versions of what the app runs on. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'

const manifestSchema = z.object({ version: z.string() })

/** @returns by name: node, electron, chrome, onnxruntime */
export function readVersions(): Record<string, string> {
  const { node, electron, chrome } = process.versions
  return {
    node,
    electron: electron ?? 'none',
    chrome: chrome ?? 'none',
    onnxruntime: readManifestVersion('onnxruntime-node'),
  }
}

/** Read from the manifest: loading the package would bring the native runtime into this process. */
function readManifestVersion(name: string): string {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`)
  return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).version
}
