/** The terminal as commands see it: results on stdout, everything else on stderr. */
import process from 'node:process'

export interface Io {
  /** One line of result. With --json the only thing that is ever written there is one JSON value. */
  readonly out: (line: string) => void
  /** A line for people: notices, errors. */
  readonly note: (line: string) => void
  /** Replaces the line written before, where stderr is a terminal; a plain line elsewhere. */
  readonly status: (line: string) => void
  /** Whether `status` overwrites: decides how often it is worth calling. */
  readonly isInteractive: boolean
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Calls back at Ctrl+C; returns a function that stops listening. */
  readonly onInterrupt: (listener: () => void) => () => void
}

/** `actbench ... | head` closes the pipe early: that is no failure of ours. */
function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
}

const eraseLine = '\r\u001b[2K'

export function createTerminalIo(): Io {
  let hasStatus = false
  const clear = (): string => {
    const erase = hasStatus ? eraseLine : ''
    hasStatus = false
    return erase
  }
  const isInteractive = process.stderr.isTTY
  endQuietlyWithReader()
  return {
    out: (line) => {
      if (hasStatus) process.stderr.write(clear())
      process.stdout.write(`${line}\n`)
    },
    note: (line) => process.stderr.write(`${clear()}${line}\n`),
    status: (line) => {
      if (!isInteractive) {
        process.stderr.write(`${line}\n`)
        return
      }
      process.stderr.write(eraseLine + [...line].slice(0, process.stderr.columns - 1).join(''))
      hasStatus = true
    },
    isInteractive,
    variables: process.env,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener)
      process.on('SIGTERM', listener)
      return () => {
        process.off('SIGINT', listener)
        process.off('SIGTERM', listener)
      }
    },
  }
}
