/** A PEFT folder: its settings, and its matrices by the layer and module that they change. */
import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { ActbenchError } from '#contract/errors'
import { malformed } from '../checkpoint/malformed.ts'
import { readSafetensors } from '../checkpoint/safetensors.ts'
import type { TensorRef } from '../checkpoint/types.ts'
import { readPeftConfig, type PeftConfig } from './peft-config.ts'

export interface AdapterMatrices {
  readonly layer: number
  /** As transformers names it within its layer: `self_attn.q_proj`. */
  readonly module: string
  /** [rank, in] */
  readonly a: TensorRef
  /** [out, rank] */
  readonly b: TensorRef
  readonly scale: number
}

export interface AdapterContent {
  readonly folder: string
  /** Absolute: settings, then weights. */
  readonly files: readonly [string, string]
  readonly config: PeftConfig
  readonly matrices: readonly AdapterMatrices[]
  /** Why it cannot be used, one sentence each. */
  readonly unsupported: readonly string[]
}

/**
 * Reads settings and headers only. Throws `not-found`, `malformed-file` (a matrix without its partner, a rank that is
 * not the settings') or, for element types that we do not read, `unsupported`.
 */
export function readAdapter(path: string): AdapterContent {
  const folder = resolve(path)
  const files = adapterFiles(folder)
  const [configFile, weightsFile] = files
  const config = readPeftConfig(configFile)
  const { pairs, others } = sortTensors(readSafetensors(weightsFile))
  const matrices = [...pairs].map(([name, pair]) => toMatrices(weightsFile, config, { name, pair }))
  matrices.sort((x, y) => x.layer - y.layer || x.module.localeCompare(y.module))
  const unsupported = [...config.unsupported, ...refuseOthers(others)]
  if (matrices.length === 0 && others.length === 0) unsupported.push('It changes no weight.')
  return { folder, files, config, matrices, unsupported }
}

/** Throws `not-found` naming the file that is missing. */
export function adapterFiles(folder: string): [string, string] {
  const files: [string, string] = [
    join(folder, 'adapter_config.json'),
    join(folder, 'adapter_model.safetensors'),
  ]
  for (const file of files) if (!isFile(file)) throw missing(folder, file)
  return files
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile()
}

function missing(folder: string, file: string): ActbenchError {
  const isPickle = existsSync(join(folder, 'adapter_model.bin'))
  return new ActbenchError({
    code: 'not-found',
    message: `${folder}: expected an adapter in the layout of PEFT, found no ${basename(file)}.`,
    remedy: isPickle
      ? 'Save the adapter as safetensors: adapter_model.bin is a pickle, which could run code when it is opened.'
      : 'Choose the folder that save_pretrained wrote, with adapter_config.json and adapter_model.safetensors.',
  })
}

interface Pair {
  a?: TensorRef
  b?: TensorRef
}

/** What PEFT puts before the names of a causal language model, whether saved with or without the adapter's own name. */
const matrixName =
  /^base_model\.model\.((?:model\.)?layers\.\d+\.(?:self_attn|mlp)\.\w+)\.lora_([AB])(?:\.default)?\.weight$/

function sortTensors(tensors: ReadonlyMap<string, TensorRef>): {
  pairs: ReadonlyMap<string, Pair>
  others: readonly string[]
} {
  const pairs = new Map<string, Pair>()
  const others: string[] = []
  for (const [name, tensor] of tensors) {
    const [, module, side] = matrixName.exec(name) ?? []
    if (module === undefined) {
      others.push(name)
      continue
    }
    const pair = pairs.get(module) ?? {}
    pairs.set(module, { ...pair, [side === 'A' ? 'a' : 'b']: tensor })
  }
  return { pairs, others }
}

function toMatrices(
  file: string,
  config: PeftConfig,
  { name, pair }: { readonly name: string; readonly pair: Pair },
): AdapterMatrices {
  const { a, b } = pair
  if (a === undefined || b === undefined) {
    const found = a === undefined ? 'lora_B only' : 'lora_A only'
    throw malformed({ file, field: name, expected: 'lora_A and lora_B', found })
  }
  const [, layer = '', module = ''] = /layers\.(\d+)\.(.+)$/.exec(name) ?? []
  const { rank, scale } = config.ofModule(name)
  const isSound = a.shape.length === 2 && b.shape.length === 2
  if (!isSound || a.shape[0] !== rank || b.shape[1] !== rank) {
    throw malformed({
      file,
      field: name,
      expected: `lora_A [${rank}, in] and lora_B [out, ${rank}], as adapter_config.json says`,
      found: `[${a.shape.join(', ')}] and [${b.shape.join(', ')}]`,
    })
  }
  return { layer: Number(layer), module, a, b, scale }
}

function refuseOthers(names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > 1 ? ` and ${names.length - 1} more` : ''
  return [`It changes what we do not read: ${names[0]}${more}.`]
}
