/**
 * One job from beginning to end: samples in, scored samples out, as a stream of complete events. Nothing is written here,
 * and nobody has to ask for the rest.
 */
import { ActbenchError } from '#contract/errors'
import type { JobEvent, JobSpec, SampleResult } from '#contract/jobs'
import type { Sample } from '#contract/suites'
import { annotateUtterances } from './annotate-utterances.ts'
import { answerSamples } from './answer.ts'
import { createChannel } from './channel.ts'
import { openCheckpoint } from './checkpoint/open.ts'
import { describeEnvironment } from './environment.ts'
import { finiteResult } from './finite-result.ts'
import { jobDone, jobStopped } from './job-ended.ts'
import { restartPeakMemory } from './peak-memory.ts'
import { labelUtterances } from './label-utterances.ts'
import { prepare, type Prepared, type Surroundings } from './prepare.ts'
import { scoreChoices } from './score-choices.ts'
import { scoreTexts } from './score-texts.ts'
import {
  blockTokensOf,
  readSuite,
  selectSamples,
  suiteRecord,
  toRequest,
  type SuiteRequest,
} from './suites/index.ts'
import { cutBlocks } from './text-blocks.ts'
import { openTokenizer } from './tokenizer/open.ts'
import { translateUtterances } from './translate-utterances.ts'

/**
 * Runs what is left of the job. The stream always ends with `job-ended`; a failure is in it, not thrown. A sample that
 * cannot be run becomes a result with an error, and the job goes on.
 */
export async function* evaluate(
  spec: JobSpec,
  surroundings: Surroundings,
): AsyncGenerator<JobEvent, void> {
  let prepared: Prepared | null = null
  try {
    const waiting = await waitingSamples(spec)
    const { machine, batchSize, environment } = await describeEnvironment(spec, surroundings.bench)
    yield {
      type: 'job-started',
      total: waiting.total,
      remaining: waiting.samples.length,
      environment,
    }
    if (waiting.samples.length > 0) {
      prepared = yield* prepare(spec, surroundings, machine)
      restartPeakMemory()
      yield { type: 'stage-changed', stage: 'running', detail: suiteRecord(spec.suiteId).title }
      const { samples, tokenIds } = waiting
      yield* runSamples({ spec, surroundings, prepared, batchSize, samples, tokenIds })
    }
    yield jobDone()
  } catch (error) {
    yield jobStopped(error, surroundings.signal)
  } finally {
    await prepared?.close()
  }
}

interface Waiting {
  readonly total: number
  readonly samples: Sample[]
  readonly tokenIds: SampleRun['tokenIds']
}

/** Samples of the suite as the plan chose them, without those that an earlier attempt stored. */
async function waitingSamples(spec: JobSpec): Promise<Waiting> {
  const { samples, dataHash } = await readSuite({
    suiteId: spec.suiteId,
    path: spec.dataset.path,
    options: spec.suiteOptions,
  })
  if (dataHash !== spec.dataset.dataHash) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `${spec.dataset.path}: expected the data with sha256 ${spec.dataset.dataHash.slice(0, 12)}, found ${dataHash.slice(0, 12)}.`,
      remedy: 'The file changed since the job was queued. Import it again and start a new run.',
    })
  }
  const version = suiteRecord(spec.suiteId).version
  if (version !== spec.suiteVersion) {
    throw new ActbenchError({
      code: 'incompatible',
      message: `${spec.suiteId}: the job was queued with version ${spec.suiteVersion}, this is version ${version}.`,
      remedy: 'Start a new run; results of two versions do not belong together.',
    })
  }
  const cut = cutForModel(spec, samples)
  const chosen = selectSamples(cut.samples, spec.suiteOptions)
  const done = new Set(spec.doneSampleIds)
  return { ...cut, total: chosen.length, samples: chosen.filter(({ id }) => !done.has(id)) }
}

/** Some suites are cut by the model's own tokenizer. */
function cutForModel(spec: JobSpec, samples: Sample[]): Pick<Waiting, 'samples' | 'tokenIds'> {
  const blockTokens = blockTokensOf(spec.suiteId)
  if (blockTokens === null) return { samples, tokenIds: null }
  const tokenizer = openTokenizer(openCheckpoint(spec.model.path))
  return cutBlocks(samples, { tokenizer, blockTokens })
}

export interface SampleRun {
  readonly spec: JobSpec
  readonly surroundings: Surroundings
  readonly prepared: Prepared
  readonly batchSize: number
  readonly samples: readonly Sample[]
  /** Tokens of samples that are cut from a longer text, by id; null where each is encoded by itself. */
  readonly tokenIds: ReadonlyMap<string, readonly number[]> | null
}

/** What the ways to run samples report: results, and tokens on the way to answers. */
export interface SampleSink {
  /** These go to the model now. */
  readonly started: (samples: readonly Sample[]) => void
  readonly result: (result: SampleResult) => void
  readonly tokens: (count: number) => void
}

/** Scored texts, ranked choices, generated answers and labelled utterances, in order of completion. */
async function* runSamples(run: SampleRun): AsyncGenerator<JobEvent, void> {
  const channel = createChannel<JobEvent>()
  const sink: SampleSink = {
    started: (samples) => channel.push({ type: 'samples-started', samples: [...samples] }),
    result: (result) => channel.push({ type: 'sample-scored', result: finiteResult(result) }),
    tokens: (count) => channel.push({ type: 'tokens-generated', count }),
  }
  const record = suiteRecord(run.spec.suiteId)
  const part = (kind: SuiteRequest['kind']): SampleRun => ({
    ...run,
    samples: run.samples.filter((sample) => toRequest(record, sample).kind === kind),
  })
  yield* channel.drain(async () => {
    await scoreTexts(part('rolling'), sink)
    await scoreChoices(part('choices'), sink)
    await answerSamples(part('generate'), sink)
    await annotateUtterances(part('annotate'), sink)
    const isTextToText = run.prepared.runner.kind === 'encoder-decoder'
    await (isTextToText ? translateUtterances : labelUtterances)(part('label'), sink)
  })
}
