/** Files of trained scales: the training code's own logits, what must not change, and which files are refused. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JobSpec } from '#contract/jobs'
import { tinyPrompt, writeTinyGguf, writeTinyModel } from '../architectures/fixtures/tiny-model.ts'
import { expectFailure, scratchFolder } from '../checkpoint/fixtures/scratch.ts'
import {
  encodeSafetensors,
  f32Entry,
  type SafetensorsTensor,
} from '../checkpoint/fixtures/write-safetensors.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import { readSafetensors, readSafetensorsMetadata } from '../checkpoint/safetensors.ts'
import { readTensorF32 } from '../checkpoint/read.ts'
import { evaluate } from '../evaluate.ts'
import { collect, tinyJob } from '../fixtures/tiny-job.ts'
import { findIntervention } from '../interventions/index.ts'
import { coverageOf } from '../interventions/layers.ts'
import { readUses } from '../interventions/records.ts'
import type { Applied } from '../interventions/types.ts'
import { maxDifference } from '../runtime/fixtures/open-tiny.ts'
import { createCausalRunner } from '../runtime/runner.ts'
import { scalesBySite } from './by-site.ts'
import { inspectScales, readSiteScales } from './index.ts'
import { readScales } from './read.ts'

const fixtures = join(import.meta.dirname, 'fixtures')

interface Golden {
  readonly cases: Readonly<
    Record<string, { readonly base: string; readonly bits: number; readonly logits: string }>
  >
}
const golden = JSON.parse(readFileSync(join(fixtures, 'logits.json'), 'utf8')) as Golden
const cases = Object.entries(golden.cases)

function reference(name: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(golden.cases[name].logits, 'base64'))
  return new Float32Array(bytes.buffer)
}

/** Of all fixtures: nobody's. */
const fingerprint = '0'.repeat(64)

const specOf = (trainedScalesFolder: string, changed: Partial<JobSpec> = {}) =>
  ({ model: { fingerprint }, adapter: null, trainedScalesFolder, ...changed }) as JobSpec

/** Keeps a file under its sha256, as a profile does. */
function keep(bytes: Uint8Array): { folder: string; sha256: string } {
  const folder = scratchFolder()
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  writeFileSync(join(folder, `${sha256}.safetensors`), bytes)
  return { folder, sha256 }
}

const keepFixture = (name: string) => keep(readFileSync(join(fixtures, `${name}.safetensors`)))

interface Case {
  readonly model: string
  readonly folder: string
  readonly sha256: string
  readonly params: Record<string, number | boolean>
}

/** Logits of the model under the scales, and those of the same graph at strength zero. */
async function logitsUnder({ model, folder, sha256, params }: Case) {
  const checkpoint = openCheckpoint(model)
  const [use] = readUses([{ id: 'omniquant', params: { ...params, scales: sha256 } }])
  const intervention = findIntervention('omniquant')
  const named = intervention.trainedScales?.(use.params)
  if (named === undefined || named === null) throw new Error('names no file')
  const fitted = readSiteScales({ use: named, spec: specOf(folder), checkpoint }).statistics
  const inputs = new Map<
    string,
    { dtype: 'float32'; shape: readonly number[]; data: Float32Array }
  >()
  const all: Applied[] = []
  const runner = await createCausalRunner({
    checkpoint,
    precision: 'exact',
    provider: 'cpu',
    threads: 1,
    cacheDir: join(folder, 'cache'),
    transform: (graph) => {
      const covers = coverageOf(use.params)
      const one = intervention.apply({ graph, params: use.params, covers, prefix: 'i', fitted })
      for (const [name, tensor] of one.inputs) inputs.set(name, tensor)
      all.push(one)
      return one.graph
    },
    inputs,
    logger: { info: () => undefined, warn: () => undefined },
  })
  try {
    const on = await runner.logits(tinyPrompt)
    for (const [name, tensor] of all[0].inputsAtZero ?? []) runner.setInput(name, tensor)
    return { on, atZero: await runner.logits(tinyPrompt) }
  } finally {
    await runner.close()
  }
}

async function plainLogits(model: string): Promise<Float32Array> {
  const runner = await createCausalRunner({
    checkpoint: openCheckpoint(model),
    precision: 'exact',
    provider: 'cpu',
    threads: 1,
    cacheDir: join(scratchFolder(), 'cache'),
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

describe('a model rounded with trained scales gives the logits of the training code', () => {
  it.each(cases)('%s on safetensors', async (name, { base, bits }) => {
    const model = writeTinyModel(scratchFolder(), base)
    const { on } = await logitsUnder({ model, ...keepFixture(name), params: { bits } })
    expect(maxDifference(on, reference(name))).toBeLessThan(1e-3)
    expect(
      maxDifference(reference(name), await plainLogits(model)),
      'rounding that changes nothing would prove nothing',
    ).toBeGreaterThan(0.1)
  })

  it.each(cases)('%s on GGUF, whose rotated pairs may lie elsewhere', async (name, golden) => {
    const { base, bits } = golden
    const model = writeTinyGguf(scratchFolder(), base)
    const { on } = await logitsUnder({ model, ...keepFixture(name), params: { bits } })
    expect(maxDifference(on, reference(name))).toBeLessThan(1e-3)
  })
})

describe('trained scales', () => {
  it.each(cases)('%s leave the logits alone at strength zero', async (name, { base, bits }) => {
    const model = writeTinyModel(scratchFolder(), base)
    const { atZero } = await logitsUnder({ model, ...keepFixture(name), params: { bits } })
    expect(maxDifference(atZero, await plainLogits(model))).toBeLessThan(1e-4)
  })

  it('act on the chosen layers alone', async () => {
    const model = writeTinyModel(scratchFolder(), 'llama-untied')
    const kept = keepFixture('llama-a4')
    const on = async (params: Case['params']) =>
      (await logitsUnder({ model, ...kept, params: { bits: 4, ...params } })).on
    const single = await on({ fromLayer: 1, toLayer: 1 })
    expect(maxDifference(single, await on({ fromLayer: 1 }))).toBeLessThan(1e-5)
    expect(maxDifference(single, await on({}))).toBeGreaterThan(1e-2)
  })
})

describe('scalesBySite', () => {
  const scales = readScales(join(fixtures, 'llama-a4.safetensors'))
  const model = {
    architecture: 'llama',
    nLayers: 2,
    dModel: 64,
    nHeads: 4,
    nKvHeads: 2,
    dHead: 16,
    rope: { theta: 1e4, interleaved: false, scaling: { kind: 'none' } },
  } as const

  it.each([false, true])(
    'gives queries the inverse of their keys, and both channels of a pair one scale (neighbours: %s)',
    (interleaved) => {
      const sites = scalesBySite(scales, { ...model, rope: { ...model.rope, interleaved } })
      const keys = sites.get('blocks.1.attn.hook_rot_k') ?? []
      const queries = sites.get('blocks.1.attn.hook_rot_q') ?? []
      expect([keys.length, queries.length]).toEqual([2 * 16, 4 * 16])
      for (let head = 0; head < 4; head++) {
        for (let pair = 0; pair < 8; pair++) {
          const channels = interleaved ? [2 * pair, 2 * pair + 1] : [pair, pair + 8]
          const [first, second] = channels.map((channel) => (head >> 1) * 16 + channel)
          expect(keys[first], `head ${head}, pair ${pair}`).toBe(keys[second])
          for (const channel of channels) {
            const key = keys[(head >> 1) * 16 + channel]
            expect(queries[head * 16 + channel] * key).toBeCloseTo(1, 6)
          }
        }
      }
    },
  )

  it('gives the attention output the scales of its values, head by head', () => {
    const sites = scalesBySite(scales, model)
    const values = sites.get('blocks.0.attn.hook_v') ?? []
    const outputs = sites.get('blocks.0.attn.hook_z') ?? []
    for (let head = 0; head < 4; head++) {
      const own = Array.from({ length: 16 }, (_, channel) => outputs[head * 16 + channel])
      expect(own).toEqual(Array.from(values.slice((head >> 1) * 16, (head >> 1) * 16 + 16)))
    }
  })

  it('leaves v and the attention output alone where the file has no scale for them', () => {
    const sites = scalesBySite(readScales(join(fixtures, 'qwen2-a6.safetensors')), model)
    expect(sites.has('blocks.0.attn.hook_rot_k')).toBe(true)
    expect(sites.has('blocks.0.attn.hook_z')).toBe(false)
  })

  it.each([
    ['fewer layers', { nLayers: 1 }, 'incompatible', 'has layer 1, beyond those of the model'],
    ['more layers', { nLayers: 3 }, 'incompatible', 'lacks layers.2.attention_input.scale'],
    ['another width', { dModel: 32 }, 'shape-mismatch', 'expected [32], found [64]'],
    [
      'other heads',
      { nKvHeads: 1 },
      'shape-mismatch',
      'layers.0.query_key.scale: expected [1, 8], found [2, 8]',
    ],
  ] as const)('refuses a model with %s', (_what, changed, code, text) => {
    expectFailure(() => scalesBySite(scales, { ...model, ...changed }), code, 'llama-a4', text)
  })
})

/** The bytes of a fixture with other metadata or tensors. */
function changedFile(changes: {
  readonly metadata?: Readonly<Record<string, string>>
  readonly tensors?: Readonly<Record<string, SafetensorsTensor>>
}): Uint8Array {
  const file = join(fixtures, 'llama-a4.safetensors')
  const tensors = [...readSafetensors(file)].map(
    ([name, ref]) => [name, f32Entry(ref.shape, [...readTensorF32(ref)])] as const,
  )
  return encodeSafetensors(
    { ...Object.fromEntries(tensors), ...changes.tensors },
    { ...readSafetensorsMetadata(file), ...changes.metadata },
  )
}

describe('a file of trained scales', () => {
  const checkpointOf = () => openCheckpoint(writeTinyModel(scratchFolder(), 'llama-untied'))

  it('says what it was trained for and on', () => {
    const metadata = { recipe: '{"samples": 64, "tokens": 512}', text: 'some.txt' }
    const { folder, sha256 } = keep(changedFile({ metadata }))
    expect(inspectScales(join(folder, `${sha256}.safetensors`))).toEqual({
      name: 'llama-a4',
      sha256,
      model: 'llama-untied',
      modelSha256: fingerprint,
      bits: 4,
      text: 'some.txt',
      textSha256: fingerprint,
      tokens: 64 * 512,
    })
  })

  it.each([
    ['another format', { format: 'pt' }, 'metadata format: expected actbench-omniquant-scales/1'],
    ['no bits', { bits: 'four' }, 'metadata bits: expected a whole number from 2 to 8, found four'],
    ['no model', { modelSha256: 'abc' }, 'metadata modelSha256: expected 64 hex digits, found abc'],
    ['no recipe', { recipe: '{' }, 'metadata recipe: expected JSON'],
  ])('is refused with %s', (_what, metadata, text) => {
    const { folder, sha256 } = keep(changedFile({ metadata }))
    const path = join(folder, `${sha256}.safetensors`)
    expectFailure(() => inspectScales(path), 'malformed-file', text)
  })

  it.each([
    ['a tensor that we do not know', { 'layers.0.key.scale': [1] }, 'tensor layers.0.key.scale'],
    [
      'a scale of zero',
      { 'layers.1.query_key.scale': Array.from({ length: 16 }, (_, at) => at) },
      'layers.1.query_key.scale: expected positive finite scales, found 0',
    ],
  ])('is refused with %s', (_what, values, text) => {
    const tensors = Object.entries(values).map(([name, numbers]) => {
      const shape = numbers.length === 16 ? [2, 8] : [numbers.length]
      return [name, f32Entry(shape, numbers)] as const
    })
    const { folder, sha256 } = keep(changedFile({ tensors: Object.fromEntries(tensors) }))
    const request = { use: { sha256, bits: 4 }, spec: specOf(folder), checkpoint: checkpointOf() }
    expectFailure(() => readSiteScales(request), 'malformed-file', text)
  })

  it.each([
    ['of another checkpoint', { model: { fingerprint: 'f'.repeat(64) } }, 4, 'llama-untied with'],
    ['of other bits', {}, 6, 'trained for 4 bits, found 6'],
    ['without the adapter', { adapter: { name: 'lora' } }, 4, 'found the adapter lora'],
  ])('is refused where it is %s', (_what, changed, bits, text) => {
    const { folder, sha256 } = keepFixture('llama-a4')
    const spec = specOf(folder, changed as Partial<JobSpec>)
    const request = { use: { sha256, bits }, spec, checkpoint: checkpointOf() }
    expectFailure(() => readSiteScales(request), 'incompatible', 'llama-a4', text)
  })

  it('is refused where it is not there, not the one that was kept, or named by a path', () => {
    const { folder, sha256 } = keepFixture('llama-a4')
    const read = (named: string) => () =>
      readSiteScales({
        use: { sha256: named, bits: 4 },
        spec: specOf(folder),
        checkpoint: checkpointOf(),
      })
    expectFailure(read('e'.repeat(64)), 'not-found', 'eeee')
    expectFailure(read(`../${sha256}`), 'invalid-input', 'expected the sha256')
    writeFileSync(join(folder, `${sha256}.safetensors`), changedFile({ metadata: { name: 'x' } }))
    expectFailure(read(sha256), 'invalid-input', sha256.slice(0, 12))
  })
})

describe('a job with trained scales', () => {
  /** Scales for the embedded model that nobody trained. */
  function embeddedScales(modelSha256: string): Uint8Array {
    const entry = (shape: readonly number[]) => {
      const count = shape.reduce((product, extent) => product * extent, 1)
      return f32Entry(
        shape,
        Array.from({ length: count }, (_, at) => 1 + (at % 5) / 4),
      )
    }
    const layers = Array.from({ length: 6 }, (_, layer) => [
      [`layers.${layer}.attention_input.scale`, entry([256])] as const,
      [`layers.${layer}.mlp_input.scale`, entry([256])] as const,
      [`layers.${layer}.query_key.scale`, entry([2, 32])] as const,
    ])
    const facts = { name: 'tiny-a4', model: 'tiny', modelSha256, bits: '4', text: 'some.txt' }
    return encodeSafetensors(Object.fromEntries(layers.flat()), {
      ...facts,
      format: 'actbench-omniquant-scales/1',
      textSha256: fingerprint,
      recipe: '{"samples": 2, "tokens": 8}',
    })
  }

  it('needs no calibration, and its passport names the file and holds at strength zero', async () => {
    const cacheDir = scratchFolder()
    const plain = await tinyJob({ jobId: 'plain', cacheDir, limit: 1 })
    const { folder, sha256 } = keep(embeddedScales(plain.model.fingerprint))
    const use = { id: 'omniquant', params: { bits: 4, scales: sha256 } }
    const job = await tinyJob({ jobId: 'trained', cacheDir, limit: 1, interventions: [use] })
    const events = await collect(
      evaluate(
        { ...job, trainedScalesFolder: folder },
        { signal: new AbortController().signal, log: () => undefined, now: () => 0 },
      ),
    )
    expect(events.filter(({ type }) => type === 'artifact-fitted')).toEqual([])
    const issued = events.find((event) => event.type === 'passport-issued')
    expect(issued?.passport).toMatchObject({
      isVerified: true,
      strengthZeroHolds: true,
      calibration: [],
      trainedScales: [
        { interventionId: 'omniquant', name: 'tiny-a4', sha256, bits: 4, tokens: 16 },
      ],
    })
    expect(issued?.passport.logitKlNats).toBeGreaterThan(1e-3)
  })
})
