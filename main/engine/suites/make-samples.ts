/** Turns the rows of a prompt table into samples, refusing doubled ids and doubled prompts. */
import type { Expectation, Sample } from '#contract/suites'
import { readTable, type TableRow } from './csv-table.ts'
import type { DataFile } from './types.ts'

/** What a suite says about one row; null leaves the row out (another suite's share of the same file). */
export interface RowReading {
  readonly id: string
  readonly prompt: string
  readonly expectation: Expectation
  readonly category: string | null
  readonly cluster: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** Samples of `file` in its order, `index` counted over the samples that are kept. */
export function readPromptTable(
  file: DataFile,
  table: {
    readonly columns: readonly string[]
    /** Columns that an id and a prompt come from, for messages. */
    readonly idColumn: string
    readonly promptColumn: string
    readonly read: (row: TableRow) => RowReading | null
  },
): Sample[] {
  const rowOfId = new Map<string, number>()
  const rowOfPrompt = new Map<string, number>()
  const samples: Sample[] = []
  for (const row of readTable(file, table.columns)) {
    const reading = table.read(row)
    if (reading === null) continue
    refuseDouble({ row, seen: rowOfId, key: reading.id, column: table.idColumn })
    refuseDouble({ row, seen: rowOfPrompt, key: reading.prompt, column: table.promptColumn })
    samples.push({ ...reading, metadata: { ...reading.metadata }, index: samples.length })
  }
  return samples
}

function refuseDouble(input: {
  row: TableRow
  seen: Map<string, number>
  key: string
  column: string
}): void {
  const { row, seen, key, column } = input
  const earlier = seen.get(key)
  if (earlier !== undefined) row.fail(column, `the same as in row ${earlier}`)
  seen.set(key, row.number)
}

/** The members of a record whose text is not empty. */
export function filled(members: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, text]) => text.trim() !== ''))
}
