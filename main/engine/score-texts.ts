/** Samples that are texts: the model's loss on them, nothing generated. */
import { ActbenchError, toAppError } from '#contract/errors'
import type { Response, Sample, Score } from '#contract/suites'
import type { SampleRun, SampleSink } from './evaluate.ts'
import { scoreAnswer } from './scorers/index.ts'

/**
 * Texts scored together. One text fills a processor, and further ones only add padding (four at once were half as fast on two
 * cores); a GPU wants more, up to what their logits take.
 */
const textsTogether = { cpu: 1, cuda: 8, webgpu: 4 } as const

/** Scores every text from its second token on (the first has nothing before it) and reports it. */
export async function scoreTexts(run: SampleRun, sink: SampleSink): Promise<void> {
  const { prepared } = run
  const texts = run.samples.flatMap((sample) => {
    const ids = encode(run, sample, sink)
    return ids === null ? [] : [{ sample, ids }]
  })
  const together = Math.min(run.batchSize, textsTogether[prepared.runner.device.provider])
  // Longest first: texts of similar length share a batch, and what the memory cannot hold shows at once.
  const ordered = texts.toSorted((a, b) => b.ids.length - a.ids.length)
  for (let at = 0; at < ordered.length; at += together) {
    await scoreTogether(run, ordered.slice(at, at + together), sink)
  }
}

interface Text {
  readonly sample: Sample
  readonly ids: readonly number[]
}

/** Only these are with the model: a death of the process must not be laid to texts that still wait. */
async function scoreTogether(
  run: SampleRun,
  texts: readonly Text[],
  sink: SampleSink,
): Promise<void> {
  const { prepared, surroundings } = run
  sink.started(texts.map(({ sample }) => sample))
  const startedAt = surroundings.now()
  const rows = texts.map(({ ids }) => ({ ids, from: 1 }))
  const options = { batchSize: texts.length, signal: surroundings.signal }
  for await (const { index, logProbs } of prepared.runner.score(rows, options)) {
    const { sample, ids } = texts[index]
    const scores = scoreText(run, sample, logProbs)
    sink.result({
      sample,
      response: toResponse(sample, ids.length, surroundings.now() - startedAt),
      scores,
      error: null,
    })
  }
}

function encode({ spec, prepared }: SampleRun, sample: Sample, sink: SampleSink): number[] | null {
  try {
    const ids = prepared.tokenizer.encode(sample.prompt, { addSpecial: true })
    const { contextLength } = spec.model
    if (ids.length >= 2 && (contextLength === null || ids.length <= contextLength)) return ids
    throw new ActbenchError({
      code: 'invalid-input',
      message: `The text has ${ids.length} tokens; expected 2 to ${contextLength ?? 'any number'}.`,
      remedy: 'Cut the text into shorter paragraphs.',
    })
  } catch (error) {
    sink.result({ sample, response: null, scores: [], error: toAppError(error) })
    return null
  }
}

function scoreText({ spec }: SampleRun, sample: Sample, targetLogProbs: Float32Array): Score[] {
  const evidence = { watchLogProbs: null, openings: null, targetLogProbs }
  const scores: Score[] = []
  for (const use of spec.scorers) {
    scores.push(...scoreAnswer({ use, sample, response: null, evidence }))
  }
  return scores
}

/** Nothing was generated: the record of a text holds its length and time only. */
function toResponse(sample: Sample, promptTokens: number, latencyMs: number): Response {
  return {
    text: '',
    renderedPrompt: sample.prompt,
    promptTokens,
    tokenIds: [],
    tokenLogProbs: [],
    finishReason: 'stop',
    latencyMs,
  }
}
