/** Text-to-text models through the door that the queue uses. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { InterventionUse } from '#contract/configurations'
import type { JobSpec, SampleResult } from '#contract/jobs'
import { evaluateAll, results, tinyJob } from './fixtures/tiny-job.ts'
import { translationJob } from './fixtures/tiny-translation.ts'
import { decodeOutput } from './nlu/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'actbench-translate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const job = (interventions: InterventionUse[] = []) =>
  translationJob(folder, { jobId: 'translate', interventions })

const withBeams = (spec: JobSpec, beams: number): JobSpec => ({
  ...spec,
  configuration: {
    ...spec.configuration,
    decoding: { ...spec.configuration.decoding, beams },
  },
})

const texts = (found: ReadonlyMap<string, SampleResult>) =>
  [...found].map(([id, { response }]) => [id, response?.text] as const).sort()

describe('evaluate on a text-to-text model', () => {
  it('reads intent and labels from what the model wrote, and scores them', async () => {
    const found = results(await evaluateAll(await job()))
    expect([...found.keys()].sort()).toEqual([1, 2, 3, 4, 5].map((id) => `en-US/${id}`))
    for (const { sample, response, scores, error } of found.values()) {
      expect(error).toBeNull()
      expect(response!.renderedPrompt).toBe(`Annotate: ${sample.utterance!.words.join(' ')}`)
      expect(response!.tokenLogProbs).toHaveLength(response!.tokenIds.length)
      const { intent, labels } = decodeOutput(response!.text)
      expect(response!.understanding).toEqual({ intent, labels, intentLogProb: null })
      expect(scores.map(({ name }) => name).sort()).toEqual([
        'intent_accuracy',
        'nlu_exact_match',
        'slot_f1',
      ])
    }
    expect([...found.values()].filter(({ response }) => response!.text !== '')).not.toEqual([])
  })

  it('puts the task before the words and ends the source', async () => {
    const found = results(await evaluateAll(await job()))
    // ▁ A n n o t a t e :, ▁ a, ▁ j o k e, </s>
    expect(found.get('en-US/2')!.response!.promptTokens).toBe(10 + 2 + 5 + 1)
  })

  it('takes two beams unless it is told otherwise', async () => {
    const spec = await job()
    const plain = texts(results(await evaluateAll(spec)))
    expect(texts(results(await evaluateAll(withBeams(spec, 2))))).toEqual(plain)
    expect(texts(results(await evaluateAll(withBeams(spec, 1))))).not.toEqual(plain)
  })

  it('does not depend on the batch', async () => {
    const spec = await job()
    const one = texts(results(await evaluateAll({ ...spec, batchSize: 1 })))
    expect(texts(results(await evaluateAll({ ...spec, batchSize: 8 })))).toEqual(one)
  })

  it('verifies an intervention', async () => {
    const use = { id: 'activation-sparsity', params: { sparsity: 0.9 } }
    const events = await evaluateAll(await job([use]))
    const [passport] = events.flatMap((event) =>
      event.type === 'passport-issued' ? [event.passport] : [],
    )
    expect(passport).toMatchObject({ isVerified: true, strengthZeroHolds: true })
    expect(passport.logitKlNats).toBeGreaterThan(0)
    expect(passport.relativeErrorByLayer).toHaveLength(3)
    expect(passport.interventions[0].siteNames).toContain('encoder.blocks.1.mlp.hook_post')
    expect(passport.interventions[0].siteNames).toContain('blocks.2.cross_attn.hook_z')
    expect(texts(results(events))).not.toEqual(texts(results(await evaluateAll(await job()))))
  })

  it('is refused for a suite of prompts', async () => {
    const spec = await tinyJob({ jobId: 'prompts', cacheDir: folder })
    const { model } = await job()
    await expect(evaluateAll({ ...spec, model })).rejects.toThrow(
      /expected a causal language model, found a text-to-text model/,
    )
  })
})
