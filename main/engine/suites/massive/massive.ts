/** MASSIVE (FitzGerald et al. 2022) and a starter in its form: one virtual assistant's requests in 52 locales, by intent and slots. */
import type { Sample, SuiteRecord } from '#contract/suites'
import { nluScorers } from '../default-scorers.ts'
import type { LabelRequest, StreamedSuite } from '../types.ts'
import { massiveLocales } from './inventory.ts'
import { countMassiveSamples, massiveSamples, streamMassiveSamples } from './samples.ts'

export const massivePaper: NonNullable<SuiteRecord['paper']> = {
  authors:
    'FitzGerald, Hench, Peris, Mackie, Rottmann, Sanchez, Nash, Urbach, Kakarala, Singh, Ranganath, Crist, Britan, Leeuwis, Tur, Natarajan',
  year: 2022,
  title:
    'MASSIVE: A 1M-Example Multilingual Natural Language Understanding Dataset with 51 Typologically-Diverse Languages',
  link: 'https://arxiv.org/abs/2204.08582',
}

export const massive: StreamedSuite = {
  record: {
    id: 'massive',
    title: 'MASSIVE',
    summary:
      'Requests to a virtual assistant, the same 2,974 in each of 52 locales: which of 60 intents is meant, and which of 55 slots each word fills. For models fine-tuned on it. © Amazon.com, Inc. or its affiliates; the text derives from SLURP (Bastianelli et al. 2020).',
    version: 1,
    kind: 'nlu',
    licence: 'CC BY 4.0 (name MASSIVE and SLURP)',
    source: 'https://github.com/alexa/massive',
    paper: massivePaper,
    obtain: {
      url: 'https://amazon-massive-nlu-dataset.s3.amazonaws.com/amazon-massive-dataset-1.0.tar.gz',
      sha256: null,
      fileName: 'amazon-massive-dataset-1.0.tar.gz',
      reportedSha256: '7df623fd2d300a4d235d6ee5bd396c9a28258d3a0ccb29abdb054506eba153f8',
    },
    format:
      'the published archive (release 1.0 with 51 locales or 1.1 with ca-ES; tar, may be gzip), a folder with LOCALE.jsonl or LOCALE.jsonl.gz for each locale, or one such file. Each line has id, locale, partition, scenario, intent, utt and annot_utt; worker_id, slot_method and judgments may be absent',
    scorers: [...nluScorers],
    howItIsPut:
      'The words of the utterance as the reference implementation cuts them (at whitespace; ja-JP, zh-CN and zh-TW by character, with its quirks: mode compat), to a model with heads for intent and slots, or after "Annotate:" to a text-to-text model, which writes at most 512 tokens, with 2 beams unless a configuration says otherwise. Test partition unless a plan names another. Unless a plan names others, ten locales: en-US, de-DE, fr-FR, th-TH, ja-JP, zh-CN, ar-SA, hi-IN, sw-KE, km-KH. A limit counts utterances, the same ones in every locale, spread evenly over the sorted ids. Intent accuracy, slot micro-F1 and exact match are those of the reference implementation.',
    needs: ['nlu', 'text-to-text'],
    locales: [...massiveLocales],
    partitions: ['test', 'dev', 'train'],
    usualLimit: 300,
  },
  embedded: null,
  streamSamples: streamMassiveSamples,
  countSamples: countMassiveSamples,
  toRequest: labelRequest,
}

/** Locales of our own sentences: one or more for each script that MASSIVE has. */
const starterLocales = (
  'en-US de-DE fr-FR sw-KE ru-RU el-GR ar-SA he-IL hi-IN bn-BD ta-IN te-IN kn-IN ml-IN th-TH km-KH my-MM ka-GE hy-AM am-ET ' +
  'ko-KR ja-JP zh-CN zh-TW'
).split(' ')

export const massiveStarter: StreamedSuite = {
  record: {
    id: 'massive-starter',
    title: 'Starter (utterances)',
    summary:
      'Our own requests to a virtual assistant, the same 20 in each of 24 locales and 21 scripts, labelled as in MASSIVE. Enough to see all of it work without a download, too few for a claim about a language.',
    version: 1,
    kind: 'nlu',
    licence: 'CC0-1.0',
    source: 'embedded: resources/suites/starter',
    paper: null,
    obtain: null,
    format:
      'as of MASSIVE: JSON lines with id, locale, partition, scenario, intent, utt and annot_utt',
    scorers: [...nluScorers],
    howItIsPut:
      'As MASSIVE: the words of the utterance, cut in the same way, to a model with heads for intent and slots or to a text-to-text model. All 24 locales unless a plan names others.',
    needs: ['nlu', 'text-to-text'],
    locales: starterLocales,
    partitions: ['test'],
  },
  embedded: 'suites/starter/massive.jsonl',
  streamSamples: massiveSamples(starterLocales),
  countSamples: countMassiveSamples,
  toRequest: labelRequest,
}

function labelRequest({ utterance, prompt }: Sample): LabelRequest {
  return { kind: 'label', words: utterance?.words ?? [prompt] }
}
