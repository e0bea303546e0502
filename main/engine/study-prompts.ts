/** The prompts of a study: two suites, rendered and encoded as they would be put to the model. */
import { ActbenchError } from '#contract/errors'
import type { JobSpec } from '#contract/jobs'
import type { Sample, SuiteDataset } from '#contract/suites'
import type { StudyTask } from './study-activations.ts'
import { readSuite, selectSamples, suiteRecord, toRequest } from './suites/index.ts'
import { encodeChat } from './tokenizer/chat.ts'
import type { ChatMessage, Tokenizer } from './tokenizer/types.ts'

export interface StudyPrompts {
  /** Harmful prompts, then harmless ones. */
  readonly ids: readonly (readonly number[])[]
  readonly samples: { readonly harmful: number; readonly harmless: number }
  /** Of both data files. */
  readonly hashes: readonly [string, string]
}

/**
 * Up to `task.limit` samples of each side, evenly spaced: of the harmful suite those that ask for a refusal, of the harmless
 * one those that do not. Throws `invalid-input` when data changed, a side has none or a prompt is longer than the context.
 */
export async function studyPrompts(study: {
  readonly spec: JobSpec
  readonly task: StudyTask
  readonly tokenizer: Tokenizer
}): Promise<StudyPrompts> {
  const { spec, task } = study
  const harmful = await sideOf(task, {
    suiteId: task.harmful,
    dataset: spec.dataset,
    isWanted: ({ expectation }) => expectation === 'refuse',
    wanted: 'prompts to be refused',
  })
  const harmless = await sideOf(task, {
    suiteId: task.harmless,
    dataset: task.harmlessDataset,
    isWanted: ({ expectation }) => expectation !== 'refuse',
    wanted: 'prompts to be answered',
  })
  return {
    ids: [
      ...harmful.map((sample) => promptIds(study, task.harmful, sample)),
      ...harmless.map((sample) => promptIds(study, task.harmless, sample)),
    ],
    samples: { harmful: harmful.length, harmless: harmless.length },
    hashes: [spec.dataset.dataHash, task.harmlessDataset.dataHash],
  }
}

interface Side {
  readonly suiteId: string
  readonly dataset: SuiteDataset
  readonly isWanted: (sample: Sample) => boolean
  readonly wanted: string
}

async function sideOf({ limit }: StudyTask, side: Side): Promise<Sample[]> {
  const { suiteId, dataset, isWanted, wanted } = side
  const { samples, dataHash } = await readSuite({ suiteId, path: dataset.path })
  if (dataHash !== dataset.dataHash) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `${dataset.path}: expected the data with sha256 ${dataset.dataHash.slice(0, 12)}, found ${dataHash.slice(0, 12)}.`,
      remedy: 'The file changed since the job was queued. Import it again and start a new run.',
    })
  }
  const chosen = selectSamples(samples.filter(isWanted), {
    id: suiteId,
    limit,
    shuffleSeed: null,
    spread: true,
    only: 'all',
    scorers: null,
  })
  if (chosen.length >= 2) return chosen
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Suite ${suiteId}: expected at least 2 ${wanted}, found ${chosen.length}.`,
    remedy: 'Choose another suite for this side of the study.',
  })
}

function promptIds(
  { spec, tokenizer }: { readonly spec: JobSpec; readonly tokenizer: Tokenizer },
  suiteId: string,
  sample: Sample,
): number[] {
  const request = toRequest(suiteRecord(suiteId), sample)
  if (request.kind !== 'generate') {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Suite ${suiteId}: expected prompts that are answered, found requests of kind ${request.kind}.`,
      remedy: 'Choose another suite for this side of the study.',
    })
  }
  const { user, isPlain = false } = request
  const { systemPrompt } = spec.configuration
  const turn: ChatMessage = { role: 'user', content: user }
  const messages: readonly ChatMessage[] =
    systemPrompt === null ? [turn] : [{ role: 'system', content: systemPrompt }, turn]
  const ids =
    isPlain || tokenizer.chatTemplate === null
      ? tokenizer.encode(user, { addSpecial: true })
      : encodeChat(tokenizer, messages)
  const { contextLength } = spec.model
  if (contextLength === null || ids.length <= contextLength) return ids
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Sample ${sample.id} of ${suiteId}: the prompt has ${ids.length} tokens, more than the model's context of ${contextLength}.`,
    remedy: 'Choose another suite for this side of the study.',
  })
}
