/** What a check of verify:path is, and how it says what it found. */

export interface VerifyContext {
  readonly projectRoot: string
  /** The embedded model's folder. */
  readonly tinyModel: string
  /** Real checkpoints: $ACTBENCH_MODELS. */
  readonly modelsFolder: string
  /** Published data sets: $ACTBENCH_DATA. */
  readonly dataFolder: string
  /** An empty folder of this check's own; removed afterwards. */
  readonly scratch: string
  readonly threads: number
  readonly log: (line: string) => void
}

export interface CheckResult {
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What was measured, or why nothing was; one line each. */
  readonly lines: readonly string[]
}

export interface Check {
  readonly title: string
  /** A thrown error counts as a failure. */
  readonly run: (context: VerifyContext) => Promise<CheckResult>
}

/** Passed only if nothing was found wrong; the figures are shown either way. */
export function judged(figures: readonly string[], problems: readonly string[]): CheckResult {
  return problems.length === 0
    ? { outcome: 'passed', lines: figures }
    : { outcome: 'failed', lines: [...figures, ...problems.map((text) => `WRONG: ${text}`)] }
}

export function skipped(reason: string): CheckResult {
  return { outcome: 'skipped', lines: [reason] }
}

/** The first few problems and how many more there are. */
export function firstOf(problems: readonly string[], shown = 5): string[] {
  const more = problems.length - shown
  return more > 0 ? [...problems.slice(0, shown), `and ${more} more`] : [...problems]
}
