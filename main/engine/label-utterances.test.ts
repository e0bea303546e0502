/** Encoders with heads through the door that the queue uses. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { InterventionUse } from '#contract/configurations'
import type { JobEvent, SampleResult } from '#contract/jobs'
import { tinyIntents, tinySlots } from './architectures/fixtures/tiny-encoder.ts'
import { evaluateAll, results, tinyJob } from './fixtures/tiny-job.ts'
import { understandingJob } from './fixtures/tiny-understanding.ts'
import { hashDataset } from './suites/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-label-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const job = (interventions: InterventionUse[] = [], encoder = 'bert-first') =>
  understandingJob(folder, { jobId: 'label', interventions, encoder })

const passportOf = (events: readonly JobEvent[]) =>
  events.flatMap((event) => (event.type === 'passport-issued' ? [event.passport] : []))[0]

function understood(found: ReadonlyMap<string, SampleResult>) {
  return new Map([...found].map(([id, { response }]) => [id, response?.understanding] as const))
}

describe('evaluate on utterances', () => {
  it('gives intent and slots of every utterance, scored', async () => {
    const found = results(await evaluateAll(await job()))
    expect([...found.keys()].sort()).toEqual([1, 2, 3, 4, 5].map((id) => `en-US/${id}`))
    for (const { sample, response, scores, error } of found.values()) {
      expect(error).toBeNull()
      const { intent, labels, intentLogProb } = response!.understanding!
      expect(tinyIntents).toContain(intent)
      expect(labels).toHaveLength(sample.utterance!.words.length)
      for (const label of labels) expect(tinySlots).toContain(label)
      expect(intentLogProb).toBeLessThan(0)
      expect(response!.text.split('\n')[0]).toBe(intent)
      expect(scores.map(({ name }) => name).sort()).toEqual([
        'intent_accuracy',
        'nlu_exact_match',
        'slot_f1',
      ])
    }
  })

  it('says Other of words that do not fit into the context', async () => {
    const found = results(await evaluateAll(await job()))
    const { response, sample } = found.get('en-US/4')!
    // 24 tokens with [CLS] and [SEP] around: 22 letters of "news on and on and on and on and on", which has 27.
    expect(sample.utterance!.words).toHaveLength(10)
    expect(response!.promptTokens).toBe(24)
    expect(response!.understanding!.labels.slice(9)).toEqual(['Other'])
  })

  it('does not depend on the batch', async () => {
    const spec = await job()
    const one = understood(results(await evaluateAll({ ...spec, batchSize: 1 })))
    const all = understood(results(await evaluateAll({ ...spec, batchSize: 8 })))
    for (const [id, { intent, labels }] of [...all].map(([key, value]) => [key, value!] as const)) {
      expect({ intent, labels }, id).toEqual({
        intent: one.get(id)!.intent,
        labels: one.get(id)!.labels,
      })
    }
  })

  it.each<InterventionUse>([
    { id: 'activation-sparsity', params: { sparsity: 0.6, prefill: 'last-half' } },
    { id: 'activation-quantisation', params: { bits: 3 } },
    { id: 'additive-noise', params: { scale: 0.5 } },
    { id: 'bolt', params: {} },
    { id: 'nexus', params: {} },
    { id: 'omniquant', params: { bits: 4 } },
  ])('does not depend on the batch under $id', async (use) => {
    const spec = await job([use])
    const one = understood(results(await evaluateAll({ ...spec, batchSize: 1 })))
    for (const [id, found] of understood(results(await evaluateAll({ ...spec, batchSize: 8 })))) {
      const { intent, labels, intentLogProb } = one.get(id)!
      expect(found, id).toMatchObject({ intent, labels })
      expect(found!.intentLogProb, id).toBeCloseTo(intentLogProb!, 4)
    }
  })

  it('goes on through a suite window by window, so that half a job is half of every locale', async () => {
    const spec = await job()
    const utterances = Array.from({ length: 40 }, (_, at) => {
      const utt = Array.from({ length: 1 + ((7 * at) % 9) }, () => 'a').join(' ')
      const rest = {
        locale: 'en-US',
        partition: 'test',
        scenario: 'general',
        intent: 'general_joke',
      }
      return JSON.stringify({ id: String(at), utt, annot_utt: utt, ...rest })
    })
    writeFileSync(spec.dataset.path, utterances.join('\n'))
    const dataHash = await hashDataset(spec.dataset.path)
    const dataset = { ...spec.dataset, dataHash, sampleCount: utterances.length }
    const found = [...results(await evaluateAll({ ...spec, dataset, batchSize: 1 })).values()]
    expect(found).toHaveLength(40)
    const places = found.slice(0, 16).map(({ sample }) => sample.index)
    expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, at) => at))
    const lengths = found.slice(0, 16).map(({ response }) => response!.promptTokens)
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a))
  })

  it.each(['bert-first', 'xlm-roberta-max'])('verifies an intervention on %s', async (encoder) => {
    const use = { id: 'activation-sparsity', params: { sparsity: 0.9 } }
    const events = await evaluateAll(await job([use], encoder))
    const passport = passportOf(events)
    expect(passport).toMatchObject({ isVerified: true, strengthZeroHolds: true })
    expect(passport.strengthZeroMaxAbs).toBeLessThan(1e-5)
    expect(passport.logitKlNats).toBeGreaterThan(0)
    expect(passport.relativeErrorByLayer).toHaveLength(encoder === 'bert-first' ? 3 : 2)
    expect(passport.probe.tokens).toBe(24)
    expect(understood(results(events))).not.toEqual(
      understood(results(await evaluateAll(await job([], encoder)))),
    )
  })

  it('at strength zero gives what the untouched model gives', async () => {
    const use = { id: 'activation-quantisation', params: { strength: 0 } }
    const zero = results(await evaluateAll(await job([use])))
    const plain = results(await evaluateAll(await job()))
    expect([...understood(zero)].sort()).toEqual([...understood(plain)].sort())
  })
})

describe('a suite that the model cannot take', () => {
  it('of utterances, on a language model', async () => {
    const spec = await job()
    const { model } = await tinyJob({ jobId: 'decoder', cacheDir: folder })
    await expect(evaluateAll({ ...spec, model })).rejects.toThrow(
      /expected an encoder that labels utterances, found a causal language model/,
    )
  })

  it('of prompts, on an encoder', async () => {
    const spec = await tinyJob({ jobId: 'prompts', cacheDir: folder })
    const { model } = await job()
    await expect(evaluateAll({ ...spec, model })).rejects.toThrow(
      /expected a causal language model, found an encoder that labels utterances/,
    )
  })

  it('of utterances, on an encoder without heads', async () => {
    const use = { id: 'bolt', params: {} }
    for (const uses of [[], [use]]) {
      const spec = await job(uses, 'bert')
      await expect(evaluateAll(spec)).rejects.toThrow(/found an encoder without heads/)
    }
  })
})
