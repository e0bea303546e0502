/** MMLU (Hendrycks et al. 2021): 57 subjects, four choices, five worked examples of the same subject before each question. */
import { createHash } from 'node:crypto'
import Papa from 'papaparse'
import { z } from 'zod'
import type { Sample } from '#contract/suites'
import { choiceKind, choicesRequest, howChoicesArePut } from './choice-samples.ts'
import { malformed } from './csv-table.ts'
import { choiceScorers } from './default-scorers.ts'
import { readJsonLines } from './json-lines.ts'
import type { ArchiveMember, DataFile, SuiteDefinition } from './types.ts'

const letters = ['A', 'B', 'C', 'D'] as const
const examplesPerQuestion = 5

const mmluRow = z.object({
  split: z.enum(['dev', 'test'], {
    error: 'expected dev (worked examples) or test (questions); one file holds both',
  }),
  subject: z.string().min(1),
  question: z.string(),
  choices: z.array(z.string()).length(letters.length),
  answer: z.number().int().min(0).max(3),
})
type MmluRow = z.infer<typeof mmluRow>

export const mmlu: SuiteDefinition = {
  record: {
    id: 'mmlu',
    title: 'MMLU (5 examples)',
    summary: 'Knowledge of 57 subjects with four choices each; 14,042 questions in the test set.',
    version: 1,
    kind: choiceKind,
    licence: 'MIT',
    source: 'https://github.com/hendrycks/test',
    paper: {
      authors: 'Hendrycks, Burns, Basart, Zou, Mazeika, Song, Steinhardt',
      year: 2021,
      title: 'Measuring Massive Multitask Language Understanding',
      link: 'https://arxiv.org/abs/2009.03300',
    },
    obtain: {
      url: 'https://people.eecs.berkeley.edu/~hendrycks/data.tar',
      sha256: null,
      fileName: 'data.tar',
    },
    format:
      'the published archive data.tar (dev/SUBJECT_dev.csv and test/SUBJECT_test.csv), or JSON lines (may be gzip) with split (dev or test), subject, question, choices (4), answer (0 to 3)',
    scorers: [...choiceScorers],
    howItIsPut: `A line that names the subject, the first five questions of its dev set with their answers, then the question with its four lettered choices and "Answer:". The choices are the letters, so acc, acc_norm and acc_bytes are the same here. ${howChoicesArePut}`,
  },
  embedded: null,
  readSamples: (file) =>
    toSamples(file, file.members === undefined ? readRows(file) : readArchive(file, file.members)),
  toRequest: choicesRequest,
}

function readRows(file: DataFile): MmluRow[] {
  return readJsonLines(file, mmluRow).map(({ value }) => value)
}

/** Members such as data/test/anatomy_test.csv; the val and auxiliary sets of the archive are left out. */
function readArchive(file: DataFile, members: readonly ArchiveMember[]): MmluRow[] {
  const rows = members.flatMap((member) => {
    const match = /(?:^|\/)(dev|test)\/([a-z_]+)_\1\.csv$/.exec(member.path)
    if (match === null) return []
    return readCsv(member.read(), { split: match[1] as MmluRow['split'], subject: match[2] })
  })
  if (rows.length > 0) return rows
  throw malformed(file, 'expected test/SUBJECT_test.csv and dev/SUBJECT_dev.csv, found none')
}

/** Six fields without a header: question, four choices, letter of the answer. */
function readCsv(file: DataFile, known: Pick<MmluRow, 'split' | 'subject'>): MmluRow[] {
  const parsed = Papa.parse<string[]>(file.text, { delimiter: ',', skipEmptyLines: true })
  return parsed.data.map((fields, index) => {
    const [question, ...rest] = fields
    const answer = letters.indexOf(rest[4] as 'A')
    if (fields.length !== 6 || answer === -1) {
      throw malformed(
        file,
        `row ${index + 1}: expected a question, four choices and a letter from A to D, found ${fields.length} fields`,
      )
    }
    return { ...known, question, choices: rest.slice(0, 4), answer }
  })
}

function toSamples(file: DataFile, rows: readonly MmluRow[]): Sample[] {
  const prefixes = new Map<string, string>()
  const prefixOf = (subject: string): string => {
    const known = prefixes.get(subject) ?? makePrefix(file, rows, subject)
    prefixes.set(subject, known)
    return known
  }
  const seen = new Map<string, number>()
  const samples = rows
    .filter(({ split }) => split === 'test')
    .map((row, index): Sample => {
      const { subject } = row
      return {
        id: uniqueId(row, seen),
        index,
        preamble: prefixOf(subject),
        prompt: putQuestion(row),
        expectation: 'none',
        category: subject,
        cluster: subject,
        metadata: {},
        choices: [...letters],
        gold: row.answer,
      }
    })
  if (samples.length === 0) throw malformed(file, 'expected questions (split test), found none')
  return samples
}

/** The published rows have no ids, and some occur twice: content names them, a number tells doubles apart. */
function uniqueId({ subject, question, choices }: MmluRow, seen: Map<string, number>): string {
  const hash = createHash('sha256').update(JSON.stringify([subject, question, choices]))
  const id = `mmlu-${subject}-${hash.digest('hex').slice(0, 12)}`
  const count = (seen.get(id) ?? 0) + 1
  seen.set(id, count)
  return count === 1 ? id : `${id}-${count}`
}

function makePrefix(file: DataFile, rows: readonly MmluRow[], subject: string): string {
  const examples = rows
    .filter((row) => row.split === 'dev' && row.subject === subject)
    .slice(0, examplesPerQuestion)
  if (examples.length < examplesPerQuestion) {
    throw malformed(
      file,
      `subject ${subject}: expected ${examplesPerQuestion} worked examples (split dev), found ${examples.length}`,
    )
  }
  const title = `The following are multiple choice questions (with answers) about ${subject.replaceAll('_', ' ')}.\n\n`
  const shown = examples.map((row) => `${putQuestion(row)} ${letters[row.answer]}\n\n`)
  return title + shown.join('')
}

function putQuestion({ question, choices }: MmluRow): string {
  const lines = choices.map((choice, at) => `${letters[at]}. ${choice}\n`)
  return `${question.trim()}\n${lines.join('')}Answer:`
}
