/**
 * Which paths the page may name. It never invents one: a path comes from a dialog, from a file that a person dropped, or
 * from the database. Whatever else a page says is refused, so that a page that was taken over reads and writes nothing.
 */
import { resolve } from 'node:path'
import type { CallName } from '#contract/calls'
import { ActbenchError } from '#contract/errors'

/** Calls whose `path` comes from the page. */
const callsWithPath: ReadonlySet<CallName> = new Set<CallName>([
  'models.inspect',
  'models.add',
  'suites.import',
  'comparisons.export',
  'dialogs.revealPath',
])

/** Calls whose configurations may name a calibration text by its path. */
const callsWithTexts: ReadonlySet<CallName> = new Set<CallName>([
  'configurations.save',
  'plans.expand',
  'plans.estimate',
  'plans.start',
])

/** Calls whose answers hold paths that the page may use from then on. */
const callsThatGrant: ReadonlySet<CallName> = new Set<CallName>([
  'models.list',
  'models.add',
  'comparisons.export',
])

export interface PathGrants {
  readonly grant: (path: string) => void
  /** Throws `invalid-input` when the call names a path that nobody gave to the page. */
  readonly check: (channel: CallName, input: unknown) => void
  /** Remembers the paths in an answer of main's own. */
  readonly learn: (channel: CallName, answer: unknown) => void
}

export function createPathGrants(): PathGrants {
  const granted = new Set<string>()
  const grant = (path: string) => {
    granted.add(resolve(path))
  }
  return {
    grant,
    check: (channel, input) => {
      const paths = [
        ...(callsWithPath.has(channel) ? [pathOf(input)] : []),
        ...(callsWithTexts.has(channel) ? calibrationPaths(input) : []),
      ]
      const refused = paths.find((path) => path === null || !granted.has(resolve(path)))
      if (refused === undefined) return
      throw new ActbenchError({
        code: 'invalid-input',
        message: `${channel}: ${refused ?? 'this path'} was not chosen here.`,
        remedy: 'Choose the file again, with the dialog or by dropping it on the window.',
      })
    },
    learn: (channel, answer) => {
      if (channel.startsWith('dialogs.') && typeof answer === 'string') grant(answer)
      if (!callsThatGrant.has(channel)) return
      for (const item of Array.isArray(answer) ? (answer as unknown[]) : [answer]) {
        const path = pathOf(item)
        if (path !== null) grant(path)
      }
    },
  }
}

/** Calibration texts of the configurations in an input, without those that are named by a sha256. */
function calibrationPaths(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return []
  if (Array.isArray(input)) return input.flatMap(calibrationPaths)
  const { calibrationText, configuration, configurations, plan } = input as Record<string, unknown>
  const isPath = typeof calibrationText === 'string' && !/^[0-9a-f]{64}$/u.test(calibrationText)
  return [
    ...(isPath ? [calibrationText] : []),
    ...[configuration, configurations, plan].flatMap(calibrationPaths),
  ]
}

function pathOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('path' in value)) return null
  return typeof value.path === 'string' ? value.path : null
}
