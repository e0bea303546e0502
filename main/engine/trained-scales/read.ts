/**
 * A file of trained scales, as lab/omniquant writes it: safetensors with one tensor `layers.N.NAME.scale` for each scale of a layer, and
 * in its metadata which checkpoint and how many bits they were trained for, and how.
 *   attention_input, mlp_input  [dModel]            what follows a norm
 *   query_key                   [nKvHeads, dHead/2] keys divided, queries multiplied; one number for a rotated pair, in order of frequency
 *   value_output                [nKvHeads, dHead]   between v and what the attention output reads; absent in most files
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import { malformed } from '../checkpoint/malformed.ts'
import { readTensorF32 } from '../checkpoint/read.ts'
import { readSafetensors, readSafetensorsMetadata } from '../checkpoint/safetensors.ts'
import type { TensorRef } from '../checkpoint/types.ts'

const format = 'actbench-omniquant-scales/1'

/** 100 layers of width 10,000 take 10 MB: a larger file is not what was meant. */
const limitBytes = 64 * 2 ** 20

const names = ['attention_input', 'mlp_input', 'query_key', 'value_output'] as const
export type ScaleName = (typeof names)[number]
const tensorName = new RegExp(`^layers\\.(\\d+)\\.(${names.join('|')})\\.scale$`, 'u')

const recipeSchema = z.looseObject({ samples: z.number().int(), tokens: z.number().int() })
const factsSchema = z.object({
  format: z.literal(format),
  name: z.string().min(1),
  model: z.string().min(1),
  modelSha256: z.string().regex(/^[0-9a-f]{64}$/u),
  bits: z.coerce.number().int().min(2).max(8),
  text: z.string().min(1),
  textSha256: z.string().regex(/^[0-9a-f]{64}$/u),
  recipe: z.string().transform(parseJson).pipe(recipeSchema),
})

/** What a file says of itself. */
export interface ScalesFacts {
  /** As its maker named it: model and bits. */
  readonly name: string
  /** Of the whole file, 64 hex digits. */
  readonly sha256: string
  /** File name of the checkpoint, and its fingerprint. */
  readonly model: string
  readonly modelSha256: string
  readonly bits: number
  /** File name of the text that was trained on, its sha256, and how many of its tokens. */
  readonly text: string
  readonly textSha256: string
  readonly tokens: number
}

export interface TrainedScales {
  readonly facts: ScalesFacts
  readonly path: string
  /** By layer and name. */
  readonly layers: ReadonlyMap<number, ReadonlyMap<ScaleName, TensorRef>>
}

/** Throws `not-found`, or `malformed-file` naming tensor or fact. Reads header and hash; values are read by `valuesOf`. */
export function readScales(path: string): TrainedScales {
  const { size } = requireFile(path)
  if (size > limitBytes) {
    throw malformedScales(path, 'size', `at most ${limitBytes / 2 ** 20} MiB`, `${size} bytes`)
  }
  const metadata = readSafetensorsMetadata(path)
  const parsed = factsSchema.safeParse(metadata)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = String(issue.path[0])
    const found = metadata[field]?.slice(0, 80) ?? 'nothing'
    throw malformedScales(path, `metadata ${field}`, expectedOf(field), found)
  }
  const { recipe, format: _, ...written } = parsed.data
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  const facts = { ...written, sha256, tokens: recipe.samples * recipe.tokens }
  return { facts, path, layers: byLayer(path) }
}

/** Values of one scale, row-major. Throws `malformed-file` for a scale that is not positive and finite. */
export function valuesOf(ref: TensorRef): Float32Array {
  const values = readTensorF32(ref)
  const wrong = values.find((value) => !(Number.isFinite(value) && value > 0))
  if (wrong === undefined) return values
  throw malformedScales(ref.file, ref.name, 'positive finite scales', String(wrong))
}

function byLayer(path: string): TrainedScales['layers'] {
  const layers = new Map<number, Map<ScaleName, TensorRef>>()
  for (const [name, ref] of readSafetensors(path)) {
    const [, layer, scale] = tensorName.exec(name) ?? []
    const known = names.find((one) => one === scale)
    if (layer === undefined || known === undefined) {
      throw malformedScales(path, `tensor ${name}`, 'layers.N.NAME.scale', 'another name')
    }
    const own = layers.get(Number(layer)) ?? new Map<ScaleName, TensorRef>()
    layers.set(Number(layer), own.set(known, ref))
  }
  return layers
}

function requireFile(path: string): { readonly size: number } {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() === true) return stat
  throw new ActbenchError({
    code: 'not-found',
    message: `scales ${path}: expected a file of trained scales, found nothing that can be read`,
    remedy: 'Correct the path, or put the file back.',
  })
}

function expectedOf(field: string): string {
  if (field === 'format') return format
  if (field === 'bits') return 'a whole number from 2 to 8'
  if (field === 'recipe') return 'JSON with samples and tokens'
  return field.endsWith('Sha256') ? '64 hex digits' : 'text'
}

function malformedScales(
  file: string,
  field: string,
  expected: string,
  found: string,
): ActbenchError {
  const remedy = 'Train the scales with lab/omniquant/train.py, or choose a file that it wrote.'
  return malformed({ file, field, expected, found, remedy })
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'expected JSON' })
    return z.NEVER
  }
}
