/** A server on this machine as the judge: a few requests at a time, each tried several times. */
import { ActbenchError, isActbenchError } from '#contract/errors'
import type { Environment } from '#contract/jobs'
import { arch, platform } from 'node:os'
import type { Bench, JudgeSink, Question } from './judge-answers.ts'
import { openEndpoint, type Endpoint } from './judges/endpoint.ts'
import { runtimeVersion } from './runtime/providers.ts'
import { engineVersion } from './version.ts'

/** Servers take some requests at once; more only wait in their queue. */
const requestsTogether = 4
/** Room for a model that thinks before it replies. Others stop by themselves after a few. */
const replyTokens = 1024

export async function askEndpoint(
  bench: Bench,
  sink: JudgeSink,
  counts: { readonly total: number; readonly remaining: number },
): Promise<void> {
  const { rubric, surroundings, task } = bench
  const { by } = task.use
  if (by.kind !== 'endpoint') {
    throw new ActbenchError({ code: 'internal', message: 'This judge is not an endpoint.' })
  }
  sink.event({ type: 'job-started', ...counts, environment: environmentOf(by) })
  if (bench.questions.length === 0) return
  const endpoint = openEndpoint(by)
  sink.event({ type: 'stage-changed', stage: 'loading', detail: `${by.model} at ${by.url}` })
  // What the server refuses here is the address or the model, not an answer: the job fails before it judges.
  await endpoint.complete({
    prompt: 'Reply with one word: yes.',
    maxNewTokens: 1,
    signal: surroundings.signal,
  })
  const detail = `${rubric.record.title} by ${by.model}`
  sink.event({ type: 'stage-changed', stage: 'scoring', detail })
  await workOff(bench, sink, endpoint)
}

async function workOff(bench: Bench, sink: JudgeSink, endpoint: Endpoint): Promise<void> {
  // One failing lane stops the others: without a server there is nothing to wait for.
  const stop = new AbortController()
  const signal = AbortSignal.any([bench.surroundings.signal, stop.signal])
  const queue = bench.questions.values()
  const lane = async (): Promise<void> => {
    for (const question of queue) {
      if (signal.aborted) return
      await askOne({ question, sink, endpoint, signal })
    }
  }
  const lanes = Array.from({ length: requestsTogether }, () =>
    lane().catch((error: unknown) => {
      if (!signal.aborted) stop.abort(error)
    }),
  )
  await Promise.all(lanes)
  if (stop.signal.aborted) throw stop.signal.reason
  if (signal.aborted) throw new ActbenchError({ code: 'cancelled', message: 'Cancelled.' })
}

async function askOne(given: {
  readonly question: Question
  readonly sink: JudgeSink
  readonly endpoint: Endpoint
  readonly signal: AbortSignal
}): Promise<void> {
  const { question, sink, endpoint, signal } = given
  sink.asked(question)
  try {
    const reply = await endpoint.complete({
      prompt: question.prompt,
      maxNewTokens: replyTokens,
      signal,
    })
    if (reply.tokens !== null) sink.event({ type: 'tokens-generated', count: reply.tokens })
    sink.answered(question, { text: reply.text, probabilities: null })
  } catch (error) {
    // The server answered before: this one it does not take (too long, say), and the next one it may.
    if (!isActbenchError(error) || error.code !== 'invalid-input') throw error
    sink.failed(question, error.message)
  }
}

/** Nothing is known of how a server computes; its name and address are what can be told. */
function environmentOf({ url, model }: { url: string; model: string }): Environment {
  return {
    engineVersion,
    onnxruntimeVersion: runtimeVersion(),
    provider: 'cpu',
    device: `${model} at ${url}`,
    threads: 0,
    batchSize: requestsTogether,
    precision: 'unknown',
    platform: `${platform()}-${arch()}`,
    chatTemplateHash: null,
    peakMemoryBytes: null,
  }
}
