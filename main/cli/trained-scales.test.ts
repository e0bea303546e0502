/** A plan that names trained scales, on the real engine. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Comparison } from '#contract/comparisons'
import type { Model } from '#contract/models'
import { embeddedModel, runActbench } from './fixtures/run-actbench.ts'

const plan = `
name: Trained scales
configurations:
  - { name: baseline, modelId: tiny, decoding: { maxNewTokens: 2 } }
  - name: trained
    modelId: tiny
    decoding: { maxNewTokens: 2 }
    interventions: [{ id: omniquant, params: { bits: 4, scales: own.safetensors } }]
suites: [{ id: starter-harmful, limit: 2 }]
`

/** A file of scales for the embedded model, as lab/omniquant writes them: six layers, all scales 2. */
function scalesFor({ fingerprint, layers, dModel }: Model): Uint8Array {
  const header: Record<string, unknown> = {
    __metadata__: {
      format: 'actbench-omniquant-scales/1',
      name: 'tiny-a4',
      model: 'tiny',
      modelSha256: fingerprint,
      bits: '4',
      text: 'some.txt',
      textSha256: '0'.repeat(64),
      recipe: '{"samples": 2, "tokens": 8}',
    },
  }
  let count = 0
  for (let layer = 0; layer < (layers ?? 0); layer++) {
    const shapes = { attention_input: [dModel], mlp_input: [dModel], query_key: [2, 32] }
    for (const [name, shape] of Object.entries(shapes)) {
      const size = shape.reduce<number>((product, extent) => product * (extent ?? 0), 1)
      const data_offsets = [4 * count, 4 * (count + size)]
      header[`layers.${layer}.${name}.scale`] = { dtype: 'F32', shape, data_offsets }
      count += size
    }
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, Buffer.from(new Float32Array(count).fill(2).buffer)])
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-scales-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it.skipIf(!existsSync(embeddedModel))(
  'a plan that names scales beside it runs with them, and the report says which',
  { timeout: 120_000 },
  async () => {
    const actbench = (...parameters: string[]) => runActbench({ parameters, folder })
    const added = await actbench('models', 'add', embeddedModel, '--name', 'tiny', '--json')
    writeFileSync(join(folder, 'own.safetensors'), scalesFor(JSON.parse(added.out) as Model))
    writeFileSync(join(folder, 'plan.yaml'), plan)
    const ended = await actbench('run', join(folder, 'plan.yaml'), '--json')
    expect(ended.code, ended.notes.join('\n')).toBe(0)
    const { comparison, run } = JSON.parse(ended.out) as {
      readonly comparison: Comparison
      readonly run: { readonly id: string }
    }
    expect(comparison.columns[1]?.passport).toMatchObject({
      isVerified: true,
      trainedScales: [{ name: 'tiny-a4', bits: 4, text: 'some.txt', tokens: 16 }],
    })
    const report = join(folder, 'report.md')
    expect((await actbench('export', run.id, '-o', report)).code).toBe(0)
    expect(readFileSync(report, 'utf8')).toContain(
      'trained, tiny-a4, for 4 bits on 16 tokens of some.txt',
    )
  },
)
