import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fuse } from '../blocks/fuse.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import { print } from '../graph/print.ts'
import { verify } from '../graph/verify.ts'
import { buildEncoder } from './encoder.ts'
import {
  type TinyEncoderOptions,
  tinyIntents,
  tinySlots,
  writeTinyEncoder,
  writeTinyEncoderGguf,
} from './fixtures/tiny-encoder.ts'
import { findArchitecture, findDecoder } from './index.ts'
import type { EncoderConfig } from './types.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-encoders-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function readEncoder(path: string) {
  const checkpoint = openCheckpoint(path)
  const architecture = findArchitecture(checkpoint)
  if (architecture.kind !== 'encoder') throw new Error(`${path}: expected an encoder`)
  const config: EncoderConfig = architecture.readConfig(checkpoint)
  return { config, weights: architecture.findWeights(checkpoint, config) }
}

const graphOf = (path: string, slots: 'all' | 'words') =>
  buildEncoder({ ...readEncoder(path), precision: 'exact', slots })

describe('the graph', () => {
  it.each(['bert', 'xlm-roberta-max'])('of %s is stable', (name) => {
    const plain = verify(graphOf(writeTinyEncoder(folder, name), 'words'))
    expect(print(plain)).toMatchSnapshot()
    expect(print(verify(fuse(plain)))).toMatchSnapshot()
  })

  it('has the sites of a decoder but those of a gate, and the intent', () => {
    const { sites } = graphOf(writeTinyEncoder(folder, 'bert-first'), 'all')
    const own = [...sites.keys()].filter((name) => name.startsWith('blocks.1.'))
    expect(own).toHaveLength(18)
    expect(own).not.toContain('blocks.1.mlp.hook_pre_linear')
    expect(sites.has('hook_intent_logits')).toBe(true)
    expect(sites.size).toBe(3 * 18 + 5)
  })

  it('ends at the block that the heads read', () => {
    const { config, weights } = readEncoder(writeTinyEncoder(folder, 'xlm-roberta-max'))
    expect(config.nLayers).toBe(2)
    expect(weights.blocks).toHaveLength(2)
  })

  it('keeps products apart from the stream beside them', () => {
    const { sites } = graphOf(writeTinyEncoder(folder, 'bert'), 'all')
    for (const [read, stream] of [
      ['ln1.hook_normalized', 'hook_resid_pre'],
      ['ln2.hook_normalized', 'hook_resid_mid'],
    ]) {
      expect(sites.get(`blocks.1.${read}`)?.name, read).not.toBe(
        sites.get(`blocks.1.${stream}`)?.name,
      )
    }
  })
})

describe('label maps', () => {
  it.each([
    ['safetensors', (name: string) => writeTinyEncoder(folder, name)],
    ['gguf', (name: string) => writeTinyEncoderGguf(folder, name)],
  ] as const)('of %s give the names in the order of the outputs', (_, write) => {
    const { joint } = readEncoder(write('xlm-roberta-mean')).config
    expect(joint).toEqual({ layer: 2, pooling: 'mean', intents: tinyIntents, slots: tinySlots })
  })

  const shuffled = Object.fromEntries(Object.entries({ ...tinyIntents }).reverse())

  it('may list their entries in any order', () => {
    const path = writeTinyEncoder(folder, 'bert-first', { labels: { intents: shuffled } })
    expect(readEncoder(path).config.joint?.intents).toEqual(tinyIntents)
  })

  it.each([
    [{ intents: ['a', 'b'] }, /train\.intents: content: expected/],
    [{ intents: { 0: 'a', 1: 'b' } }, /train\.intents: expected 5 names.*found 2/],
    [{ intents: { 0: 'a', 1: 'b', 2: 'c', 3: 'd', 5: 'e' } }, /a name for output 4, found none/],
    [{ intents: { 0: 'a', 1: 'a', 2: 'c', 3: 'd', 4: 'e' } }, /different names, found a twice/],
    [{ slots: Object.fromEntries(tinySlots.map((_, at) => [at, `slot${at}`])) }, /label Other/],
  ])('that do not fit are refused: %j', (labels, message) => {
    const path = writeTinyEncoder(folder, 'bert-first', { labels })
    expect(() => readEncoder(path)).toThrow(message)
    writeTinyEncoder(folder, 'bert-first')
  })

  it.each(['intents', 'slots'] as const)('that are missing are asked for by name: %s', (which) => {
    const path = writeTinyEncoder(folder, 'bert-first')
    rmSync(join(path, `train.${which}`))
    expect(() => readEncoder(path)).toThrow(
      new RegExp(`bert-first: expected one file \\*\\.${which}`),
    )
    const gguf = writeTinyEncoderGguf(folder, 'bert-first', [`nlu.${which}`])
    expect(() => readEncoder(gguf)).toThrow(
      new RegExp(
        `bert-first\\.gguf: metadata nlu\\.${which}: expected the names of the outputs of nlu`,
      ),
    )
  })

  it('of which there are two are refused', () => {
    const path = writeTinyEncoder(folder, 'bert-first')
    writeFileSync(join(path, 'other.intents'), '{}')
    expect(() => readEncoder(path)).toThrow(/found other\.intents, train\.intents/)
    rmSync(join(path, 'other.intents'))
  })
})

describe('what we cannot run is refused by name', () => {
  it.each<readonly [string, TinyEncoderOptions, RegExp]>([
    ['bert', { config: { hidden_act: 'silu' } }, /activation silu is not supported/],
    ['bert', { config: { is_decoder: true } }, /attention to earlier tokens only/],
    ['bert', { config: { position_embedding_type: 'relative_key' } }, /type relative_key/],
    ['bert', { config: { num_attention_heads: 5 } }, /5 heads in 32 channels/],
    [
      'bert',
      { config: { intermediate_size: 49 } },
      /intermediate\.dense\.weight: expected \[49, 32\]/,
    ],
    ['bert', { config: { layer_norm_eps: 'x' } }, /config\.json: layer_norm_eps, found x/],
    [
      'bert',
      { without: 'embeddings.LayerNorm.bias' },
      /expected a tensor embeddings\.LayerNorm\.bias/,
    ],
    [
      'bert',
      { without: 'embeddings.word_embeddings.weight' },
      /one tensor embeddings\.word_embeddings/,
    ],
    ['bert-first', { config: { hidden_layer_for_class: 3 } }, /a block from 0 to 2.*found 3/],
    ['bert-first', { config: { head_intent_pooling: 'sum' } }, /head_intent_pooling, found sum/],
    ['bert-first', { config: { head_activation: 'tanh' } }, /head activation tanh/],
    [
      'bert-first',
      { without: 'slot_classifier.sf_head.1.bias' },
      /expected a tensor slot_classifier\.sf_head\.1\.bias/,
    ],
    [
      'bert-first',
      { without: 'slot_classifier.sf_head.4.weight' },
      /slot_classifier\.sf_head\.1\.weight has rows|expected 20 names/,
    ],
  ])('%s %j', (name, options, message) => {
    expect(() => readEncoder(writeTinyEncoder(folder, name, options))).toThrow(message)
  })

  it.each(['nlu.layer', 'nlu.pooling', 'bert.attention.layer_norm_epsilon', 'bert.block_count'])(
    'a GGUF file without %s',
    (key) => {
      const path = writeTinyEncoderGguf(folder, 'xlm-roberta-max', [key])
      expect(() => readEncoder(path)).toThrow(
        new RegExp(`xlm-roberta-max\\.gguf.*${key}, found nothing`),
      )
    },
  )

  it('a file that ends too soon', () => {
    const path = writeTinyEncoderGguf(folder, 'bert')
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.subarray(0, bytes.length - 64))
    expect(() => readEncoder(path)).toThrow(/found the end of the file/)
  })

  it('as a model that predicts next tokens', () => {
    const checkpoint = openCheckpoint(writeTinyEncoder(folder, 'bert'))
    expect(() => findDecoder(checkpoint)).toThrow(/bert \(encoder\) for predicting next tokens/)
  })
})
