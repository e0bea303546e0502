import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fuse } from '../blocks/fuse.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import { print } from '../graph/print.ts'
import { verify } from '../graph/verify.ts'
import { buildEncoderDecoder } from './encoder-decoder.ts'
import {
  tinyTextToTexts,
  writeTinyTextToText,
  writeTinyTextToTextGguf,
} from './fixtures/tiny-text-to-text.ts'
import { findArchitecture, findDecoder } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-encoder-decoder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function open(path: string) {
  const checkpoint = openCheckpoint(path)
  const architecture = findArchitecture(checkpoint)
  if (architecture.kind !== 'encoder-decoder') throw new Error(`${path}: ${architecture.kind}`)
  const config = architecture.readConfig(checkpoint)
  return { config, weights: architecture.findWeights(checkpoint, config) }
}

const graphOf = (name: string, hasCache: boolean) =>
  buildEncoderDecoder({
    ...open(writeTinyTextToText(folder, name)),
    precision: 'exact',
    hasCache,
  })

describe('the graph', () => {
  it('of mt5 is stable', () => {
    const plain = verify(graphOf('mt5', true))
    expect(print(plain)).toMatchSnapshot()
    expect(print(verify(fuse(plain)))).toMatchSnapshot()
  })

  it.each(tinyTextToTexts)('of %s has sites in both stacks', (name) => {
    const sites = [...graphOf(name, false).sites.keys()]
    const inner = name === 't5' ? 18 : 19
    expect(sites.filter((site) => site.startsWith('encoder.blocks.1.'))).toHaveLength(inner)
    expect(sites.filter((site) => site.startsWith('blocks.2.'))).toHaveLength(inner + 11)
    // Positions, embeddings and final norms of both, and the logits.
    expect(sites).toHaveLength(2 * inner + 3 * (inner + 11) + 7)
  })
})

describe('what a checkpoint says of itself', () => {
  it('is read from config.json and from GGUF alike', () => {
    const { config } = open(writeTinyTextToText(folder, 'mt5'))
    const gguf = open(writeTinyTextToTextGguf(folder, 'mt5')).config
    const { architecture: _, normEpsilon, ...dimensions } = config
    expect(gguf).toMatchObject(dimensions)
    expect(gguf.normEpsilon).toBeCloseTo(normEpsilon, 12)
    expect(config).toMatchObject({ nLayers: 3, nEncoderLayers: 2, dHead: 8, headScale: 1 })
  })

  it.each([
    ['t5', {}, 64 ** -0.5],
    ['t5', { tie_word_embeddings: false }, 1],
    ['t5', { tie_word_embeddings: true, scale_decoder_outputs: false }, 1],
    ['mt5-tied', { tie_word_embeddings: true }, 1],
  ])('scales the states of %s with %j before the output product by %d', (name, config, scale) => {
    expect(open(writeTinyTextToText(folder, name, { config })).config.headScale).toBe(scale)
  })
})

describe('what we cannot run is refused by name', () => {
  it.each([
    [
      { config: { feed_forward_proj: 'gated-silu' } },
      /feed-forward layer gated-silu with a gate is not supported; supported: gated-gelu, relu/,
    ],
    [{ config: { feed_forward_proj: 'relu' } }, /feed-forward layer relu with a gate/],
    [{ config: { model_type: 'umt5' } }, /architecture umt5 is not supported/],
    [{ config: { d_kv: 0 } }, /positive number at config.json: d_kv, found 0/],
    [
      { config: { num_heads: 2 } },
      /relative_attention_bias.weight: expected \[8, 2\], found \[8, 4\]|SelfAttention.q.weight: expected \[16, 64\], found \[32, 64\]/,
    ],
    [{ config: { num_decoder_layers: 4 } }, /expected a tensor decoder.block.3.layer.0/],
    [
      { without: 'decoder.block.1.layer.1.EncDecAttention.k.weight' },
      /expected a tensor decoder.block.1.layer.1.EncDecAttention.k.weight/,
    ],
    [{ without: 'shared.weight' }, /expected a tensor shared.weight/],
  ])('%o', (options, message) => {
    expect(() => open(writeTinyTextToText(folder, 'mt5', options))).toThrow(message)
  })

  it('as a causal language model', () => {
    const checkpoint = openCheckpoint(writeTinyTextToText(folder, 'mt5'))
    expect(() => findDecoder(checkpoint)).toThrow(/architecture mt5 \(encoder-decoder\)/)
  })
})
