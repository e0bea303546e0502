/** A plan as a file: YAML (JSON is YAML too) to the plan schema and back, with errors that name line and field. */
import { isNode, LineCounter, parseDocument, stringify, type Document } from 'yaml'
import { ActbenchError } from '#contract/errors'
import { planSchema, type Plan } from '#contract/plans'

/** A plan of 64 configurations with every field written out stays far below this. */
const largestPlanBytes = 1_000_000

type Path = readonly (string | number)[]

interface Problem {
  readonly path: Path
  readonly message: string
}

/** Throws `invalid-input` with one line per problem: `line 4, configurations[0].decoding.topP: ...`. */
export function parsePlan(text: string): Plan {
  if (text.length > largestPlanBytes) {
    throw invalidPlan([`expected at most ${largestPlanBytes} characters, found ${text.length}`])
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0) {
    throw invalidPlan(
      document.errors.map((error) => {
        const [firstLine = error.message] = error.message.split('\n')
        return `line ${lines.linePos(error.pos[0]).line}: ${firstLine.replace(/ at line \d+.*$/, '')}`
      }),
    )
  }
  const written = toPlainValue(document)
  const parsed = planSchema.safeParse(written)
  const problems: Problem[] = parsed.success
    ? unknownFields({ written, kept: parsed.data, path: [] })
    : parsed.error.issues.map((issue) => ({
        path: issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part)),
        message: issue.message,
      }))
  if (parsed.success && problems.length === 0) return parsed.data
  throw invalidPlan(
    problems.map(({ path, message }) => {
      const line = lineOf({ document, lines, path })
      return `line ${line}, ${fieldName(path)}: ${message}`
    }),
  )
}

/** Aliases may repeat a part, but not blow a small file up into a large one. */
function toPlainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw invalidPlan([cause instanceof Error ? cause.message : String(cause)])
  }
}

/** The plan as YAML that `parsePlan` reads back to an equal plan. */
export function printPlan(plan: Plan): string {
  return stringify(plan, { lineWidth: 100 })
}

function invalidPlan(lines: readonly string[]): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `The plan cannot be read. ${lines.join('; ')}`,
    remedy: 'Correct the named lines; "actbench run --help" shows a small plan.',
  })
}

/**
 * The schema drops fields that it does not know, and a misspelt `interventons` would quietly measure the baseline twice;
 * whatever was written and not kept is therefore a problem.
 */
function unknownFields(options: {
  readonly written: unknown
  readonly kept: unknown
  readonly path: Path
}): Problem[] {
  const { written, kept, path } = options
  if (Array.isArray(written) && Array.isArray(kept)) {
    return written.flatMap((item: unknown, index) =>
      unknownFields({ written: item, kept: kept[index] as unknown, path: [...path, index] }),
    )
  }
  if (!isRecord(written) || !isRecord(kept)) return []
  return Object.entries(written).flatMap(([key, value]) =>
    Object.hasOwn(kept, key)
      ? unknownFields({ written: value, kept: kept[key], path: [...path, key] })
      : [
          {
            path: [...path, key],
            message: `unknown field; expected ${Object.keys(kept).join(', ')}`,
          },
        ],
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Line of the deepest part of the path that is in the text: a missing field is shown where it should stand. */
function lineOf(options: {
  readonly document: Document
  readonly lines: LineCounter
  readonly path: Path
}): number {
  const { document, lines, path } = options
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

function fieldName(path: Path): string {
  if (path.length === 0) return 'plan'
  return path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`,
    '',
  )
}
