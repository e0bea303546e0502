/** The whole comparison on one screen: collect, estimate, difference, adjust, say. Pure; computed, never stored as truth. */
import { ActbenchError } from '#contract/errors'
import type {
  Comparison,
  ComparisonColumn,
  ComparisonLanguages,
  ComparisonRow,
} from '#contract/comparisons'
import { findCautions } from './cautions.ts'
import { createResampler } from '../stats/index.ts'
import { collectSuite } from './collect.ts'
import { findDisagreements } from './disagreements.ts'
import { bootstrapSeed } from './estimate.ts'
import { findCurveNotes } from './curve-notes.ts'
import { findExplored, withoutColumns } from './exploratory.ts'
import { languagesOf } from './languages/index.ts'
import { findLanguageChanges } from './languages/verdict.ts'
import { findMaps } from './layer-maps.ts'
import { paretoOf } from './pareto.ts'
import { adjustRows, breakdownsOf, judgeLabel, type RawRow, rowsOf } from './rows.ts'
import { gapRowsOf, safetyFirstGap } from './safety-first-gap.ts'
import { searchOf } from './search.ts'
import { findSweeps } from './sweeps.ts'
import type { ComparisonInput, ComparisonSuiteInput } from './types.ts'
import { findChanges } from './verdict.ts'
import { optionsText } from './wording.ts'

/**
 * A baseline against other configurations on the same samples: estimates with 95% intervals, paired differences, one
 * Holm family over all but the cells of layer maps, figures by category, and the sentences that follow. Throws `invalid-input` when the
 * baseline or a cell has no column.
 */
export function compare(input: ComparisonInput): Comparison {
  checkInput(input)
  const columns = letterColumns(input)
  const resampler = createResampler({ seed: bootstrapSeed })
  const suites = input.suites.map((suite) => ({ suite, collected: collectSuite(suite) }))
  const bySuite = suites.map(({ suite, collected }) => ({
    suite,
    collected,
    rawRows: rowsOf({ suite, collected, baselineIndex: input.baselineIndex, resampler }),
  }))
  const rawRows = bySuite.flatMap((entry) => entry.rawRows)
  const maps = findMaps(columns)
  const mapped = new Set(maps.flatMap(({ cells }) => cells.map(({ column }) => column)))
  const { rows, familySize, exploratorySize } = adjustRows(rawRows, mapped)
  const sweeps = sweepsOf({ columns, rows, mapped })
  const search = input.search ? searchOf({ search: input.search, columns, rows, sweeps }) : null
  const described = bySuite.map(({ suite, collected }) =>
    describeSuite(suite, collected.sampleCounts),
  )
  const pareto = paretoOf({ columns, rows, sweeps, mapped, suites: described })
  const languages = suites.flatMap(({ suite, collected }) =>
    languagesOf({ suite, collected, baselineIndex: input.baselineIndex, mapped }),
  )
  const findings = [
    ...findChanges(columns, withoutColumns(rows, mapped)),
    ...findExplored({ columns, rows, mapped, tests: exploratorySize }),
    ...findLanguageChanges({ columns, languages, suites: described, sweeps, mapped }),
    ...findDisagreements(columns, rows),
    ...findCurveNotes({ columns, rows, sweeps, search }),
    ...findCautions({ columns, suites: input.suites, rows, rawRows }),
  ]
  return {
    title: input.title,
    verdict: findings.sort((a, b) => a.rank - b.rank).map(({ tone, text }) => ({ tone, text })),
    columns,
    suites: described,
    rows,
    breakdowns: bySuite.flatMap(({ rawRows: rowsOfSuite, collected }) =>
      rowsOfSuite
        .filter((row) => !isByLanguage(row, languages))
        .flatMap((row) => breakdownsOf(row, { collected, resampler })),
    ),
    familySize,
    ...(mapped.size === 0 ? {} : { exploratorySize }),
    sweeps,
    maps,
    search,
    analyses: [...(input.analyses ?? [])],
    ...(pareto === null ? {} : { pareto }),
    ...(languages.length === 0 ? {} : { languages }),
    createdAt: input.createdAt,
  }
}

/** A table of languages says more than categories do. Not every figure of a suite with locales has one: grades are no counts. */
function isByLanguage(
  { suite, metric, series }: RawRow,
  languages: readonly ComparisonLanguages[],
): boolean {
  const judge = judgeLabel(series.scorer, series.variant)
  return languages.some(
    (table) =>
      table.suiteId === suite.record.id && table.metric === metric.name && table.judge === judge,
  )
}

/** The curves of the comparison, each with what fails first along it. */
function sweepsOf(input: {
  readonly columns: readonly ComparisonColumn[]
  readonly rows: readonly ComparisonRow[]
  readonly mapped: ReadonlySet<number>
}): Comparison['sweeps'] {
  const { columns, rows, mapped } = input
  const gapRows = gapRowsOf(rows)
  return findSweeps(columns, mapped).map((sweep) => {
    const gap = gapRows === null ? null : safetyFirstGap(sweep, gapRows)
    return gap === null ? sweep : { ...sweep, safetyFirstGap: gap }
  })
}

function checkInput({ columns, baselineIndex, suites }: ComparisonInput): void {
  if (columns[baselineIndex] === undefined) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Baseline: expected one of ${columns.length} columns, found index ${baselineIndex}.`,
      remedy: 'Choose one of the compared configurations as the baseline.',
    })
  }
  for (const { record, cells } of suites) {
    if (cells.length === columns.length) continue
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Suite ${record.id}: expected ${columns.length} cells, one for each column, found ${cells.length}.`,
    })
  }
}

/** The baseline is A wherever it stands; the others follow in their order. */
function letterColumns({ columns, baselineIndex }: ComparisonInput): ComparisonColumn[] {
  let next = 1
  return columns.map((column, index) => ({
    letter: letterAt(index === baselineIndex ? 0 : next++),
    hash: column.hash,
    name: column.name,
    isBaseline: index === baselineIndex,
    configuration: column.configuration,
    modelName: column.modelName,
    ...(column.task === undefined ? {} : { task: column.task }),
    passport: column.passport,
    environments: [...column.environments],
  }))
}

/** As a spreadsheet names its columns: A to Z, then AA. */
export function letterAt(index: number): string {
  const last = String.fromCharCode('A'.charCodeAt(0) + (index % 26))
  return index < 26 ? last : letterAt(Math.floor(index / 26) - 1) + last
}

function describeSuite(
  suite: ComparisonSuiteInput,
  sampleCounts: readonly number[],
): Comparison['suites'][number] {
  const { record, options, dataHash, cells } = suite
  return {
    id: record.id,
    title: record.title,
    version: record.version,
    kind: record.kind,
    licence: record.licence,
    source: record.source,
    dataHash,
    options: optionsText(options, record),
    plan: options,
    jobIds: cells.map((cell) => cell?.jobId ?? null),
    samples: [...sampleCounts],
    tokensPerSecond: cells.map((cell) => cell?.tokensPerSecond ?? null),
    samplesPerSecond: cells.map((cell) => cell?.samplesPerSecond ?? null),
    peakMemoryBytes: cells.map((cell) => cell?.peakMemoryBytes ?? null),
  }
}
