import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tinyPrompt, writeTinyGguf, writeTinyModel } from '../architectures/fixtures/tiny-model.ts'
import { tinyReference } from '../architectures/fixtures/tiny-model.ts'
import { expectFailure, scratchFolder } from '../checkpoint/fixtures/scratch.ts'
import { f32Entry, writeSafetensors } from '../checkpoint/fixtures/write-safetensors.ts'
import { interleavedRow } from '../checkpoint/low-rank.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import { maxDifference } from '../runtime/fixtures/open-tiny.ts'
import { createCausalRunner } from '../runtime/runner.ts'
import { attachAdapter, fingerprintAdapter, inspectAdapter } from './index.ts'

const fixtures = join(import.meta.dirname, 'fixtures')

interface Golden {
  readonly cases: Readonly<Record<string, { readonly base: string; readonly logits: string }>>
}
const golden = JSON.parse(readFileSync(join(fixtures, 'logits.json'), 'utf8')) as Golden
const cases = Object.entries(golden.cases)

function reference(name: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(golden.cases[name].logits, 'base64'))
  return new Float32Array(bytes.buffer)
}

async function source(path: string) {
  return { name: 'tiny', path, fingerprint: await fingerprintAdapter(path) }
}

async function adaptedLogits(options: {
  readonly folder: string
  readonly model: string
  readonly adapter: string
  readonly precision?: 'exact' | 'fast'
}): Promise<Float32Array> {
  const checkpoint = await attachAdapter(
    openCheckpoint(options.model),
    await source(options.adapter),
  )
  const runner = await createCausalRunner({
    checkpoint,
    precision: options.precision ?? 'exact',
    provider: 'cpu',
    threads: 1,
    cacheDir: join(options.folder, 'cache'),
    transform: (graph) => graph,
    inputs: new Map(),
    logger: { info: () => undefined, warn: () => undefined },
  })
  try {
    return await runner.logits(tinyPrompt)
  } finally {
    await runner.close()
  }
}

/** A copy of a fixture whose settings are changed. */
function changedCopy(name: string, settings: Readonly<Record<string, unknown>>): string {
  const path = join(scratchFolder(), name)
  cpSync(join(fixtures, name), path, { recursive: true })
  const file = join(path, 'adapter_config.json')
  const config = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...config, ...settings }))
  return path
}

describe('a merged adapter gives the logits of PEFT and transformers', () => {
  it.each(cases)('%s on safetensors', async (name, { base }) => {
    const folder = scratchFolder()
    const model = writeTinyModel(folder, base)
    const logits = await adaptedLogits({ folder, model, adapter: join(fixtures, name) })
    expect(maxDifference(logits, reference(name))).toBeLessThan(1e-4)
    expect(
      maxDifference(reference(name), tinyReference(base).logits),
      'an adapter that changes nothing would prove nothing',
    ).toBeGreaterThan(0.1)
  })

  it.each(cases)('%s on GGUF, whose q and k rows may be reordered', async (name, { base }) => {
    const folder = scratchFolder()
    const model = writeTinyGguf(folder, base)
    const logits = await adaptedLogits({ folder, model, adapter: join(fixtures, name) })
    expect(maxDifference(logits, reference(name))).toBeLessThan(1e-4)
  })

  it('in fast precision too', async () => {
    const folder = scratchFolder()
    const model = writeTinyModel(folder, 'llama-untied', { dtype: 'BF16' })
    const adapter = join(fixtures, 'llama-half')
    const exact = await adaptedLogits({ folder, model, adapter })
    const fast = await adaptedLogits({ folder, model, adapter, precision: 'fast' })
    expect(maxDifference(exact, fast)).toBeLessThan(1e-4)
  })

  it('and not from the cache of the same model without it', async () => {
    const folder = scratchFolder()
    const model = writeTinyGguf(folder, 'llama-untied')
    const first = await adaptedLogits({ folder, model, adapter: join(fixtures, 'llama-half') })
    const halved = changedCopy('llama-half', { lora_alpha: 2 })
    const second = await adaptedLogits({ folder, model, adapter: halved })
    expect(maxDifference(first, second), 'the scale is part of the name').toBeGreaterThan(0.01)
  })
})

describe('interleavedRow', () => {
  it('makes neighbours of rows that are rotated together', () => {
    const rows = Array.from({ length: 16 }, (_, row) => interleavedRow(row, 8))
    expect(rows).toEqual([0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15])
  })
})

describe('inspectAdapter', () => {
  it('tells rank, targets, layers and size from the headers', () => {
    const found = inspectAdapter(join(fixtures, 'qwen2-patterns'))
    expect(found).toMatchObject({
      name: 'qwen2-patterns',
      rank: 4,
      alpha: 6,
      targets: ['down_proj', 'q_proj', 'v_proj'],
      layers: [0, 1],
      baseModel: 'tiny',
      // q 4 (64 + 64) and 2 (64 + 64), v 4 (64 + 32), down 4 (96 + 64)
      parameters: 512 + 256 + 2 * 384 + 2 * 640,
      unsupported: [],
    })
  })

  it.each([
    ['use_dora', true, 'use_dora is true'],
    ['bias', 'lora_only', 'bias is "lora_only"'],
    ['modules_to_save', ['lm_head'], 'modules_to_save'],
    ['fan_in_fan_out', true, 'fan_in_fan_out'],
    ['init_lora_weights', 'pissa', 'init_lora_weights is "pissa"'],
    ['rank_pattern', { '.*q_proj': 4 }, 'only plain names'],
    ['peft_type', 'IA3', 'type IA3'],
  ])('says that %s %j is not supported', async (field, value, text) => {
    const path = changedCopy('llama-half', { [field]: value })
    const { unsupported } = inspectAdapter(path)
    expect(unsupported.join(' ')).toContain(text)
    const model = openCheckpoint(writeTinyModel(scratchFolder(), 'llama-untied'))
    await expect(attachAdapter(model, await source(path))).rejects.toMatchObject({
      code: 'unsupported',
    })
  })

  it('names the matrix whose rank is not that of the settings', () => {
    const path = changedCopy('llama-half', { r: 8 })
    expectFailure(
      () => inspectAdapter(path),
      'malformed-file',
      'layers.0.self_attn.k_proj',
      'lora_A [8, in]',
      '[2, 64]',
    )
  })

  it('names the matrix that has no partner, and tensors that we do not read', () => {
    const path = changedCopy('llama-half', {})
    const file = join(path, 'adapter_model.safetensors')
    const q = 'base_model.model.model.layers.0.self_attn.q_proj'
    writeSafetensors(file, { [`${q}.lora_A.weight`]: f32Entry([1, 2], [1, 2]) })
    expectFailure(() => inspectAdapter(path), 'malformed-file', 'q_proj', 'lora_A only')
    writeSafetensors(file, {
      'base_model.model.lm_head.lora_A.weight': f32Entry([1, 2], [1, 2]),
    })
    expect(inspectAdapter(path).unsupported.join(' ')).toContain('lm_head')
  })

  it('says which file is missing', () => {
    expectFailure(() => inspectAdapter(scratchFolder()), 'not-found', 'adapter_config.json')
  })
})

describe('attachAdapter refuses', () => {
  it('a model of another size, naming tensor, adapter and shapes', async () => {
    const adapter = await source(join(fixtures, 'llama-half'))
    const model = openCheckpoint(writeTinyModel(scratchFolder(), 'llama-untied'))
    const name = 'model.layers.0.self_attn.k_proj.weight'
    const other = new Map(model.tensors)
    const weight = other.get(name)
    if (weight === undefined) throw new Error(`no ${name}`)
    other.set(name, { ...weight, shape: [16, 64] })
    const attached = attachAdapter({ ...model, tensors: other }, adapter)
    await expect(attached).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: `${name}: expected a change of [16, 64] from adapter tiny, found [32, 64] (lora_B [32, 2], lora_A [2, 64]).`,
    })
  })

  it('a model with fewer layers', async () => {
    const folder = scratchFolder()
    const model = openCheckpoint(writeTinyModel(folder, 'llama-untied'))
    const tensors = new Map([...model.tensors].filter(([name]) => !name.includes('layers.1.')))
    const adapter = await source(join(fixtures, 'llama-all'))
    await expect(attachAdapter({ ...model, tensors }, adapter)).rejects.toMatchObject({
      code: 'incompatible',
      message: expect.stringContaining('layers.1.mlp.down_proj') as unknown,
    })
  })

  it('files that are not those that were registered', async () => {
    const path = changedCopy('llama-half', { lora_alpha: 5 })
    const fingerprint = await fingerprintAdapter(join(fixtures, 'llama-half'))
    const model = openCheckpoint(writeTinyModel(scratchFolder(), 'llama-untied'))
    const attached = attachAdapter(model, { name: 'tiny', path, fingerprint })
    await expect(attached).rejects.toMatchObject({ code: 'invalid-input' })
  })
})
