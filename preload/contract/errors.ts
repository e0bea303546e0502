/** The closed list of failures that may cross a border. `retryable` says whether trying again can help. */
import { z } from 'zod'

export const errorCodes = {
  'invalid-input': { retryable: false },
  'not-found': { retryable: false },
  unsupported: { retryable: false },
  'malformed-file': { retryable: false },
  'shape-mismatch': { retryable: false },
  incompatible: { retryable: false },
  'resource-exhausted': { retryable: true },
  network: { retryable: true },
  cancelled: { retryable: true },
  'engine-crashed': { retryable: true },
  storage: { retryable: true },
  /** The store's file holds something else than a sound store: it can only be put aside or restored. */
  'damaged-store': { retryable: false },
  internal: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

export const errorCodeSchema = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])

/** An error as plain data: what crosses ipc, the worker port and the database. */
export const appErrorSchema = z.object({
  code: errorCodeSchema,
  /** Names the thing, what was expected and what was found. One or two sentences, shown to people. */
  message: z.string(),
  /** What the person can do about it; null when nothing is known to help. */
  remedy: z.string().nullable(),
  /** Technical text for "Copy details": a stack, a cause chain. */
  details: z.string().nullable(),
})
export type AppError = z.infer<typeof appErrorSchema>

export type Result<T> = { ok: true; value: T } | { ok: false; error: AppError }

export interface ActbenchErrorOptions {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy?: string
  readonly details?: string
  readonly cause?: unknown
}

/** The only error class that our rooms throw on purpose. */
export class ActbenchError extends Error {
  readonly code: ErrorCode
  readonly remedy: string | null
  readonly details: string | null

  constructor(options: ActbenchErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ActbenchError'
    this.code = options.code
    this.remedy = options.remedy ?? null
    this.details = options.details ?? null
  }
}

/** Recognises our error also when it was thrown by another copy of this module. */
export function isActbenchError(value: unknown): value is ActbenchError {
  return value instanceof Error && value.name === 'ActbenchError' && 'code' in value
}

/** Turns anything thrown into plain data. Called once, at a border. */
export function toAppError(thrown: unknown): AppError {
  if (isActbenchError(thrown)) {
    return {
      code: thrown.code,
      message: thrown.message,
      remedy: thrown.remedy,
      details: thrown.details ?? causeChain(thrown),
    }
  }
  if (thrown instanceof Error) {
    return { code: 'internal', message: thrown.message, remedy: null, details: causeChain(thrown) }
  }
  return { code: 'internal', message: String(thrown), remedy: null, details: null }
}

/** Rebuilds a throwable error from data that crossed a border. */
export function fromAppError(error: AppError): ActbenchError {
  return new ActbenchError({
    code: error.code,
    message: error.message,
    ...(error.remedy === null ? {} : { remedy: error.remedy }),
    ...(error.details === null ? {} : { details: error.details }),
  })
}

function causeChain(error: Error): string {
  const parts: string[] = []
  let current: unknown = error
  while (current instanceof Error && parts.length < 5) {
    parts.push(current.stack ?? `${current.name}: ${current.message}`)
    current = current.cause
  }
  return parts.join('\ncaused by: ')
}
