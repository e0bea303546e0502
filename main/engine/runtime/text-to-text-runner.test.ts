import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import {
  textToTextReference,
  tinyMaxNewTokens,
  tinySources,
  tinyTarget,
  tinyTextToTexts,
  writeTinyTextToTextGguf,
} from '../architectures/fixtures/tiny-text-to-text.ts'
import { buildEncoderDecoder } from '../architectures/encoder-decoder.ts'
import { findArchitecture } from '../architectures/index.ts'
import { openCheckpoint } from '../checkpoint/open.ts'
import { fuse } from '../blocks/fuse.ts'
import { verify } from '../graph/verify.ts'
import {
  maxDifference,
  openTextToText,
  openTinyTextToText,
  scratchFolder,
} from './fixtures/open-tiny.ts'
import { createSession } from './session.ts'
import { int64 } from './stepper.ts'
import { splitStacks } from './stacks.ts'
import type { TextToTextRunner } from './translate-types.ts'

const folder = scratchFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const vocab = 80

async function answersOf(
  runner: TextToTextRunner,
  options: { stopId: number; beams: number; batchSize?: number },
) {
  const { stopId, beams, batchSize = 5 } = options
  const requests = tinySources.map((sourceIds, at) => ({ key: `${at}`, sourceIds }))
  const answers: {
    tokenIds: readonly number[]
    finishReason: string
    logProbs: readonly number[]
  }[] = []
  const settings = { beams, maxNewTokens: tinyMaxNewTokens, stopIds: [stopId], batchSize }
  for await (const answer of runner.translate(requests, settings)) {
    answers[Number(answer.key)] = answer
  }
  return answers
}

/** Both rows at once, padded, through the whole graph as it runs. */
async function logitsOf(path: string, logitRows: readonly number[]): Promise<Float32Array> {
  const checkpoint = openCheckpoint(path)
  const architecture = findArchitecture(checkpoint)
  if (architecture.kind !== 'encoder-decoder') throw new Error(path)
  const config = architecture.readConfig(checkpoint)
  const weights = architecture.findWeights(checkpoint, config)
  const graph = fuse(
    verify(buildEncoderDecoder({ config, weights, precision: 'exact', hasCache: false })),
  )
  const session = await createSession({ graph, provider: 'cpu', threads: 1, cacheDir: folder })
  const rows = logitRows.map((row) => tinySources[row])
  const width = Math.max(...rows.map((row) => row.length))
  const ids = rows.flatMap((row) => [...row, ...new Array<number>(width - row.length).fill(0)])
  const feeds = new Map([
    ['source_ids', int64(ids, [rows.length, width])],
    [
      'source_pad',
      int64(
        rows.map((row) => width - row.length),
        [rows.length],
      ),
    ],
    [
      'input_ids',
      int64(
        rows.flatMap(() => [...tinyTarget]),
        [rows.length, tinyTarget.length],
      ),
    ],
  ])
  const outputs = await session.run(feeds, session.outputNames)
  await session.close()
  return outputs.get(session.outputNames[0])!.data as Float32Array
}

describe.each(tinyTextToTexts)('%s beside transformers', (name) => {
  const { logits, logitRows, answers, stopId } = textToTextReference(name)
  const scale = logits.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)

  it('gives the same logits for padded sources', async () => {
    const runner = await openTinyTextToText(folder, name)
    await runner.close()
    const found = await logitsOf(`${folder}/${name}`, logitRows)
    expect(maxDifference(found, logits)).toBeLessThan(1e-4 * scale)
  })

  it.each([1, 2, 4] as const)('writes the same tokens with %d beams', async (beams) => {
    const runner = await openTinyTextToText(folder, name)
    const found = await answersOf(runner, { stopId, beams })
    await runner.close()
    expect(found.map(({ tokenIds }) => tokenIds)).toEqual(answers[`${beams}`].ids)
    const ended = answers[`${beams}`].ids.map((ids) =>
      ids.length < tinyMaxNewTokens ? 'stop' : '',
    )
    ended.forEach((reason, at) => {
      if (reason !== '') expect(found[at].finishReason).toBe(reason)
    })
  })
})

describe('text to text', () => {
  it('reads the same model from a GGUF file', async () => {
    for (const name of ['mt5', 't5']) {
      const { answers, stopId } = textToTextReference(name)
      const runner = await openTextToText(folder, writeTinyTextToTextGguf(folder, name))
      const found = await answersOf(runner, { stopId, beams: 2 })
      await runner.close()
      expect(found.map(({ tokenIds }) => tokenIds)).toEqual(answers['2'].ids)
    }
  })

  it.each([1, 2])('does not depend on the batch with %d beams', async (beams) => {
    const { stopId } = textToTextReference('mt5')
    const runner = await openTinyTextToText(folder)
    const alone = await answersOf(runner, { stopId, beams, batchSize: 1 })
    const together = await answersOf(runner, { stopId, beams, batchSize: 12 })
    await runner.close()
    expect(together.map(({ tokenIds }) => tokenIds)).toEqual(alone.map(({ tokenIds }) => tokenIds))
    together.forEach(({ logProbs }, at) => {
      expect(maxDifference(logProbs, alone[at].logProbs)).toBeLessThan(1e-4)
    })
  })

  it('shows both stacks for one text, which is the source and what was written', async () => {
    const runner = await openTinyTextToText(folder)
    const sites = [
      'encoder.blocks.1.hook_resid_post',
      'blocks.2.cross_attn.hook_pattern',
      'hook_logits',
    ]
    const values = await runner.activations(tinySources[3], sites)
    await runner.close()
    const { length } = tinySources[3]
    expect(sites.map((site) => values.get(site)!.shape)).toEqual([
      [length, 64],
      [4, length, length],
      [length, vocab],
    ])
    const pattern = values.get(sites[1])!.data.subarray(0, length)
    expect(pattern.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5)
  })

  it('reads the source once: no node of the decoder needs it', () => {
    const checkpoint = openCheckpoint(`${folder}/mt5`)
    const architecture = findArchitecture(checkpoint)
    if (architecture.kind !== 'encoder-decoder') throw new Error('mt5')
    const config = architecture.readConfig(checkpoint)
    const weights = architecture.findWeights(checkpoint, config)
    const whole = buildEncoderDecoder({ config, weights, precision: 'exact', hasCache: true })
    const { encoder, decoder, handed } = splitStacks(fuse(whole))
    expect(verify(encoder).inputs.map(({ name }) => name)).toEqual(['source_ids', 'source_pad'])
    expect(verify(decoder).inputs.map(({ name }) => name)).not.toContain('source_ids')
    // Keys and values of three blocks, the mask and its length.
    expect(handed).toHaveLength(8)
    expect(decoder.nodes.filter(({ name }) => name.startsWith('encoder.'))).toEqual([])
  })

  it('refuses an empty source and ids beyond the vocabulary, by the name of the sample', async () => {
    const runner = await openTinyTextToText(folder)
    const translate = async (sourceIds: number[]) => {
      const settings = { beams: 2, maxNewTokens: 4, stopIds: [1], batchSize: 1 }
      for await (const answer of runner.translate([{ key: 'a/1', sourceIds }], settings))
        return answer
      return null
    }
    await expect(translate([])).rejects.toThrow(/Sample a\/1: expected a source of at least one/)
    await expect(translate([3, 80])).rejects.toThrow(/Sample a\/1: expected token ids below 80/)
    await runner.close()
  })

  it('hears a signal between runs', async () => {
    const runner = await openTinyTextToText(folder)
    const controller = new AbortController()
    const settings = { beams: 2, maxNewTokens: 24, stopIds: [], batchSize: 2 }
    const run = async () => {
      const requests = tinySources.map((sourceIds, at) => ({ key: `${at}`, sourceIds }))
      const onTokens = () => controller.abort()
      const signal = controller.signal
      for await (const answer of runner.translate(requests, { ...settings, signal, onTokens })) {
        throw new Error(answer.key)
      }
    }
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' })
    await runner.close()
  })
})
