import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import { malformed, unsupportedFile } from './malformed.ts'
import { readSafetensors } from './safetensors.ts'
import type { Checkpoint, TensorRef } from './types.ts'

export const INDEX_NAME = 'model.safetensors.index.json'
export const SINGLE_NAME = 'model.safetensors'
/** config.json and the index are text of some kilobytes to some megabytes. */
export const MAX_JSON_BYTES = 64 * 1024 * 1024

const configSchema = z.record(z.string(), z.unknown())
const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) })

/**
 * Opens a directory as Hugging Face transformers saves one: config.json, and model.safetensors or shards with an index.
 * Throws `not-found` for a missing file, `malformed-file` when index and shards disagree, `unsupported` when the weights
 * are packed by a quantisation method.
 */
export function openSafetensorsDirectory(directory: string): Checkpoint {
  const config = readConfig(directory)
  const indexFile = join(directory, INDEX_NAME)
  const weights = existsSync(indexFile) ? readShards(directory, indexFile) : readSingle(directory)
  const architecture = config.model_type
  if (typeof architecture !== 'string' || architecture === '') {
    throw malformed({
      file: join(directory, 'config.json'),
      field: 'model_type',
      expected: 'the name of an architecture',
      found: String(JSON.stringify(architecture)),
    })
  }
  return {
    format: 'safetensors',
    path: directory,
    files: weights.files,
    tensors: weights.tensors,
    architecture,
    metadata: new Map(),
    config,
  }
}

/** Parses a JSON file against a schema; `malformed-file` names the file and what is wrong in it. */
export function readJsonFile<T>(file: string, schema: z.ZodType<T>): T {
  const sizeBytes = statSync(file).size
  if (sizeBytes > MAX_JSON_BYTES) {
    const expected = `at most ${MAX_JSON_BYTES} bytes of JSON`
    throw malformed({ file, field: 'size', expected, found: `${sizeBytes}` })
  }
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw malformed({ file, field: 'content', expected: 'JSON', found, cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const found = z.prettifyError(parsed.error)
  throw malformed({ file, field: 'content', expected: 'the fields of its format', found })
}

function readConfig(directory: string): Readonly<Record<string, unknown>> {
  const file = join(directory, 'config.json')
  if (!existsSync(file)) throw missing(file, 'It says which architecture the weights belong to.')
  const config = readJsonFile(file, configSchema)
  const quantization = config.quantization_config
  if (quantization !== undefined && quantization !== null) {
    const method = z.object({ quant_method: z.string() }).safeParse(quantization).data?.quant_method
    throw unsupportedFile(file, {
      message: `the weights are quantised (${method ?? 'quantization_config'}), which is not supported here`,
      remedy: 'Use the unquantised checkpoint of the same model, or a GGUF file.',
    })
  }
  return config
}

interface Weights {
  readonly files: readonly string[]
  readonly tensors: ReadonlyMap<string, TensorRef>
}

function readSingle(directory: string): Weights {
  const file = join(directory, SINGLE_NAME)
  if (!existsSync(file)) throw missing(file, `Neither it nor ${INDEX_NAME} is there.`)
  return { files: [file], tensors: readSafetensors(file) }
}

function readShards(directory: string, indexFile: string): Weights {
  const weightMap = new Map(Object.entries(readJsonFile(indexFile, indexSchema).weight_map))
  const names = [...new Set(weightMap.values())].sort()
  for (const name of names) checkShardName(indexFile, name)
  const files = names.map((name) => join(directory, name))
  const tensors = new Map<string, TensorRef>()
  for (const file of files) {
    if (!existsSync(file)) throw missing(file, `${INDEX_NAME} names it.`)
    for (const [name, tensor] of readSafetensors(file)) {
      if (weightMap.get(name) !== basename(file)) {
        throw malformed({
          file: indexFile,
          field: `weight_map ${name}`,
          expected: `${basename(file)}, where the tensor is`,
          found: weightMap.get(name) ?? 'no entry',
        })
      }
      tensors.set(name, tensor)
    }
  }
  checkAllFound(indexFile, weightMap, tensors)
  return { files, tensors }
}

/** A shard lies beside its index; a name that leads elsewhere could read any file of the machine. */
function checkShardName(indexFile: string, name: string): void {
  if (/^[^/\\]+\.safetensors$/u.test(name)) return
  const expected = 'plain names of .safetensors files'
  throw malformed({ file: indexFile, field: 'weight_map', expected, found: name })
}

function checkAllFound(
  indexFile: string,
  weightMap: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, TensorRef>,
): void {
  for (const [name, shard] of weightMap) {
    if (tensors.has(name)) continue
    const expected = `a weight in ${shard}`
    throw malformed({ file: indexFile, field: `weight_map ${name}`, expected, found: 'none' })
  }
}

function missing(file: string, reason: string): ActbenchError {
  return new ActbenchError({
    code: 'not-found',
    message: `${basename(file)} is missing. ${reason}`,
    remedy: 'Download the whole model folder again, or choose another folder.',
    details: file,
  })
}
