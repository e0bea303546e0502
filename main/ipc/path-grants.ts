/**
 * Which paths the page may name. It never invents one: a path comes from a dialog, from a file that a person dropped, or
 * from the database. Whatever else a page says is refused, so that a page that was taken over reads and writes nothing.
 */
import { resolve } from 'node:path'
import type { CallName } from '#contract/calls'
import { scalesParam } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'

/** Calls whose `path` comes from the page. */
const callsWithPath: ReadonlySet<CallName> = new Set<CallName>([
  'models.inspect',
  'models.add',
  'suites.import',
  'comparisons.export',
  'dialogs.revealPath',
])

/** Calls whose configurations may name files by their path. */
const callsWithConfigurations: ReadonlySet<CallName> = new Set<CallName>([
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
        ...(callsWithConfigurations.has(channel) ? configuredPaths(input) : []),
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

/** Calibration texts and trained scales of the configurations in an input, without those that are named by a sha256. */
function configuredPaths(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return []
  if (Array.isArray(input)) return input.flatMap(configuredPaths)
  const { calibrationText, configuration, configurations, interventions, plan } = input as Record<
    string,
    unknown
  >
  const isPath = typeof calibrationText === 'string' && !/^[0-9a-f]{64}$/u.test(calibrationText)
  return [
    ...(isPath ? [calibrationText] : []),
    ...(Array.isArray(interventions) ? interventions.flatMap(scalesPaths) : []),
    ...[configuration, configurations, plan].flatMap(configuredPaths),
  ]
}

/** Of one intervention. A plain name means scales that ship, and leads nowhere else. */
function scalesPaths(use: unknown): string[] {
  if (typeof use !== 'object' || use === null || !('params' in use)) return []
  const { params } = use
  if (typeof params !== 'object' || params === null) return []
  const written: unknown[] = [(params as Record<string, unknown>)[scalesParam]].flat()
  return written.filter(
    (scales): scales is string => typeof scales === 'string' && /[/\\:]/u.test(scales),
  )
}

function pathOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('path' in value)) return null
  return typeof value.path === 'string' ? value.path : null
}
