/** What can be said of an adapter without a model, and what identifies it. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { AdapterInspection } from '#contract/adapters'
import { fingerprintFiles } from '../checkpoint/fingerprint.ts'
import { adapterFiles, readAdapter } from './read.ts'

/**
 * Reads settings and headers, no values. Throws `not-found` or `malformed-file`; an adapter that is sound but beyond us
 * comes back with the reasons in `unsupported`.
 */
export function inspectAdapter(path: string): AdapterInspection {
  const { folder, files, config, matrices, unsupported } = readAdapter(path)
  const unique = <T>(values: readonly T[]) => [...new Set(values)]
  const parameters = matrices.reduce((sum, { a, b }) => sum + size(a.shape) + size(b.shape), 0)
  return {
    name: basename(folder),
    path: folder,
    rank: config.rank,
    alpha: config.alpha,
    targets: unique(matrices.map(({ module }) => module.split('.').at(-1) ?? module)),
    layers: unique(matrices.map(({ layer }) => layer)),
    baseModel: config.baseModel,
    parameters,
    sizeBytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    unsupported: [...unsupported],
  }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1)
}

/** sha256, hex, over both files of the adapter: of the lines `<name> <sha256>\n`, sorted. Streams. */
export function fingerprintAdapter(path: string, signal?: AbortSignal): Promise<string> {
  return fingerprintFiles(adapterFiles(path), signal)
}
