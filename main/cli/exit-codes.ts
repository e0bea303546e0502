/** What the exit code says. Scripts depend on these numbers. */
export const exitCodes = {
  fine: 0,
  error: 1,
  usage: 2,
  /** A threshold of `compare --fail-if` failed. */
  thresholdFailed: 100,
  /** Ctrl+C; the run can be resumed. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
