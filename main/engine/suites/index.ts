/** The suites, as one explicit list. Adding one is a file and a line here. */
import { ActbenchError } from '#contract/errors'
import type { Sample, SuiteRecord } from '#contract/suites'
import { advbench } from './advbench.ts'
import { arcChallenge, arcEasy } from './arc.ts'
import { readDataFile } from './data-file.ts'
import { doNotAnswer } from './do-not-answer.ts'
import { gsm8k } from './gsm8k.ts'
import { harmbenchContextual, harmbenchStandard } from './harmbench.ts'
import { hellaswag } from './hellaswag.ts'
import { hashDataset } from './hash-dataset.ts'
import { jailbreakbenchBenign, jailbreakbenchHarmful } from './jailbreakbench.ts'
import { massiveIntent } from './massive/massive-intent.ts'
import { massiveSlotsSuite } from './massive/massive-slots.ts'
import { massive, massiveStarter } from './massive/massive.ts'
import { mmlu } from './mmlu.ts'
import { multijail } from './multijail.ts'
import { perplexityText } from './perplexity-text.ts'
import { starterBenign, starterContrast, starterHarmful } from './starter.ts'
import { strongreject } from './strongreject.ts'
import type { SampleOptions, SuiteDefinition, SuiteRequest } from './types.ts'
import { wikitextBlocks } from './wikitext-blocks.ts'
import { wikitextDocuments } from './wikitext-documents.ts'
import { winogrande } from './winogrande.ts'
import { xstest } from './xstest.ts'

export { selectSamples } from './select-samples.ts'
export { datasetFiles } from './dataset-files.ts'
export { hashDataset } from './hash-dataset.ts'
export type {
  ChoicesRequest,
  GenerateRequest,
  AnnotateRequest,
  LabelRequest,
  RollingRequest,
  SuiteRequest,
} from './types.ts'

const suites: readonly SuiteDefinition[] = [
  starterHarmful,
  starterBenign,
  starterContrast,
  massiveStarter,
  perplexityText,
  advbench,
  harmbenchStandard,
  harmbenchContextual,
  jailbreakbenchHarmful,
  jailbreakbenchBenign,
  strongreject,
  doNotAnswer,
  multijail,
  xstest,
  wikitextBlocks,
  wikitextDocuments,
  arcEasy,
  arcChallenge,
  hellaswag,
  winogrande,
  mmlu,
  gsm8k,
  massive,
  massiveIntent,
  massiveSlotsSuite,
]

/** All suites' records, embedded ones first. */
export function suiteRecords(): SuiteRecord[] {
  return suites.map((suite) => suite.record)
}

/** Data that ships with the app: path below the resources folder by suite. */
export function embeddedSuites(): { suiteId: string; resource: string }[] {
  return suites.flatMap(({ record, embedded }) =>
    embedded === null ? [] : [{ suiteId: record.id, resource: embedded }],
  )
}

/**
 * Samples of the suite's data at `path`, in file order, and their hash (`hashDataset`). Of suites with locales: those of the chosen
 * locales and partition, utterance by utterance. Throws `not-found` (no such suite, file or locale) or `malformed-file` (names
 * file, row, column); never returns a part.
 */
export async function readSuite({
  suiteId,
  path,
  options = {},
}: {
  suiteId: string
  path: string
  options?: SampleOptions
}): Promise<{ samples: Sample[]; dataHash: string }> {
  const suite = findSuite(suiteId)
  if ('streamSamples' in suite) {
    const dataHash = await hashDataset(path)
    return { samples: await suite.streamSamples(path, options), dataHash }
  }
  const { file, dataHash } = await readDataFile(path)
  return { samples: inLocales(suite.record, suite.readSamples(file), options), dataHash }
}

/** Samples of a file have their locale as the category. Throws `not-found` for a locale that the suite does not have. */
function inLocales(
  { id, locales }: SuiteRecord,
  samples: Sample[],
  { locales: chosen }: SampleOptions,
): Sample[] {
  if (chosen === undefined) return samples
  const unknown = chosen.find((locale) => locales?.includes(locale) !== true)
  if (unknown !== undefined) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Suite ${id}: expected locales of ${locales?.join(', ') ?? 'none'}, found ${unknown}.`,
      remedy: 'Choose among those.',
    })
  }
  return samples.filter(({ category }) => category !== null && chosen.includes(category))
}

/** Reads the data once as a whole: how many samples there are to choose among, and their hash. Throws like `readSuite`. */
export async function checkSuiteData(data: {
  suiteId: string
  path: string
}): Promise<{ sampleCount: number; dataHash: string }> {
  const suite = findSuite(data.suiteId)
  if ('streamSamples' in suite) {
    return {
      sampleCount: await suite.countSamples(data.path),
      dataHash: await hashDataset(data.path),
    }
  }
  const { samples, dataHash } = await readSuite(data)
  return { sampleCount: samples.length, dataHash }
}

/** How a sample of a suite is put to the model. */
export function toRequest(suite: SuiteRecord, sample: Sample): SuiteRequest {
  const { toRequest: own } = findSuite(suite.id)
  if (own !== undefined) return own(sample)
  return suite.kind === 'perplexity'
    ? { kind: 'rolling', text: sample.prompt, reading: 'once' }
    : { kind: 'generate', user: sample.prompt }
}

/** Tokens of a block, for suites whose text the model's own tokenizer cuts; null for all others. */
export function blockTokensOf(suiteId: string): number | null {
  return findSuite(suiteId).blockTokens ?? null
}

/** The record of one suite. Throws `not-found` with the ids that exist. */
export function suiteRecord(suiteId: string): SuiteRecord {
  return findSuite(suiteId).record
}

function findSuite(suiteId: string): SuiteDefinition {
  const suite = suites.find(({ record }) => record.id === suiteId)
  if (suite === undefined) {
    throw new ActbenchError({
      code: 'not-found',
      message: `Suite ${suiteId}: no such suite. Known: ${suites.map(({ record }) => record.id).join(', ')}.`,
      remedy: 'Use one of these ids.',
    })
  }
  return suite
}
