import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fuse } from '../blocks/fuse.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import { print } from '../graph/print.ts'
import { verify } from '../graph/verify.ts'
import { buildDecoder } from './decoder.ts'
import { writeTinyModel } from './fixtures/tiny-model.ts'
import { findDecoder } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-architectures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graphOf(name: string, form: { hasCache: boolean; logits: 'all' | 'selected' }) {
  const checkpoint = openCheckpoint(writeTinyModel(folder, name))
  const architecture = findDecoder(checkpoint)
  const config = architecture.readConfig(checkpoint)
  const weights = architecture.findWeights(checkpoint, config)
  return buildDecoder({ config, weights, precision: 'exact', ...form })
}

describe('the graph', () => {
  it.each(['llama-untied', 'qwen2-tied'])('of %s is stable', (name) => {
    const plain = verify(graphOf(name, { hasCache: true, logits: 'selected' }))
    expect(print(plain)).toMatchSnapshot()
    expect(print(verify(fuse(plain)))).toMatchSnapshot()
  })

  it('has every declared site of every block', () => {
    const { sites } = graphOf('llama-untied', { hasCache: false, logits: 'all' })
    expect([...sites.keys()].filter((name) => name.startsWith('blocks.1.'))).toHaveLength(19)
    expect(sites.size).toBe(2 * 19 + 4)
  })
})

describe('what we cannot run is refused by name', () => {
  const open = (options: Parameters<typeof writeTinyModel>[2]) => {
    const checkpoint = openCheckpoint(writeTinyModel(folder, 'llama-untied', options))
    const architecture = findDecoder(checkpoint)
    return architecture.findWeights(checkpoint, architecture.readConfig(checkpoint))
  }

  it.each([
    [
      { config: { model_type: 'mamba' } },
      /architecture mamba is not supported; supported: llama, qwen2/,
    ],
    [{ config: { rope_parameters: { rope_type: 'yarn' } } }, /rope scaling yarn is not supported/],
    [{ config: { hidden_act: 'gelu' } }, /activation gelu is not supported; supported: silu/],
    [{ config: { rms_norm_eps: 'x' } }, /positive number at config.json: rms_norm_eps, found x/],
    [{ config: { num_key_value_heads: 3 } }, /4 heads of size 16 over 3 key-value heads/],
    [
      { config: { intermediate_size: 97 } },
      /gate_proj.weight: expected \[97, 64\], found \[96, 64\]/,
    ],
    [
      { without: 'model.layers.1.mlp.up_proj.weight' },
      /expected a tensor model.layers.1.mlp.up_proj.weight/,
    ],
  ])('%o', (options, message) => {
    expect(() => open(options)).toThrow(message)
  })
})
