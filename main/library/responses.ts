/** What an HTTP answer means to a person: passing trouble, a missing permission, or a name that does not exist. */
import { ActbenchError } from '#contract/errors'
import { cancelled, readRetryAfterMs, TransientFailure, type RetryPolicy } from './retry.ts'
import type { Fetch, FetchResponse } from './fetch.ts'

export interface Asked {
  /** What is fetched, in words: `Qwen/Qwen2.5 model.gguf`. */
  readonly what: string
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  /** Page on which a person accepts a licence; null when there is none. */
  readonly licencePage: string | null
}

const userAgent = 'actbench'

/** Sends one request and returns a 2xx answer (or 416); throws `TransientFailure` or our error for the rest. */
export async function request(options: {
  readonly asked: Asked
  readonly fetch: Fetch
  readonly signal: AbortSignal
}): Promise<FetchResponse> {
  const { asked, signal } = options
  const response = await send(options)
  const { status } = response
  if ((status >= 200 && status < 300) || status === 416) return response
  // The connection is freed for the next try; what the body says is not needed.
  await discard(response)
  if (status === 429 || status === 408 || status >= 500) {
    throw new TransientFailure(`${hostOf(asked.address)} answered ${status}`, {
      waitMs: readRetryAfterMs(response, Date.now()),
    })
  }
  signal.throwIfAborted()
  throw refusal(asked, response)
}

async function send(options: {
  readonly asked: Asked
  readonly fetch: Fetch
  readonly signal: AbortSignal
}): Promise<FetchResponse> {
  const { asked, fetch, signal } = options
  try {
    return await fetch(asked.address, {
      headers: { 'user-agent': userAgent, ...asked.headers },
      signal,
    })
  } catch (cause) {
    throw new TransientFailure(`${hostOf(asked.address)} cannot be reached (${reasonOf(cause)})`, {
      cause,
    })
  }
}

function refusal(asked: Asked, response: FetchResponse): ActbenchError {
  const { status } = response
  const hubCode = response.headers.get('x-error-code')
  const found = `${asked.what}: expected the file, found HTTP ${status} from ${hostOf(asked.address)}`
  // The hub answers 401 for names that do not exist, lest private names leak; its header tells them apart.
  const isUnknownName = hubCode === 'RepoNotFound' && asked.headers['authorization'] !== undefined
  if (status === 404 || isUnknownName) {
    return new ActbenchError({
      code: 'not-found',
      message: `${found} (${hubCode ?? 'not found'})`,
      remedy: 'Check the spelling of the repository, the revision and the file.',
    })
  }
  if (status === 401 || status === 403) {
    return new ActbenchError({
      code: 'invalid-input',
      message: `${found}: it is private, gated or does not exist`,
      remedy: accessRemedy(asked),
    })
  }
  return new ActbenchError({ code: 'network', message: found })
}

function accessRemedy(asked: Asked): string {
  const page = asked.licencePage === null ? '' : ` Accept its licence at ${asked.licencePage}.`
  return asked.headers['authorization'] === undefined
    ? `Set HF_TOKEN to a read token of your account (or log in by the hub's own tool).${page}`
    : `The token in HF_TOKEN is not allowed to read it.${page}`
}

/** Fetches JSON with retries left to the caller; throws `network` when it is none. */
export async function readJson(response: FetchResponse, what: string): Promise<unknown> {
  let text: string
  try {
    text = await response.text()
  } catch (cause) {
    throw new TransientFailure('the answer was cut', { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ActbenchError({
      code: 'network',
      message: `${what}: expected JSON, found ${JSON.stringify(text.slice(0, 80))}`,
      remedy: 'Check HF_ENDPOINT and the proxy: something else than the hub answers there.',
      cause,
    })
  }
}

/** A signal that also fires when nothing happened for `stallMs`; `touch` starts the time anew. */
export function watchStall(policy: RetryPolicy, signal: AbortSignal, what: string) {
  if (signal.aborted) throw cancelled(what)
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  signal.addEventListener('abort', abort, { once: true })
  let timer = setTimeout(abort, policy.stallMs)
  return {
    signal: controller.signal,
    touch: (): void => {
      clearTimeout(timer)
      timer = setTimeout(abort, policy.stallMs)
    },
    close: (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    },
  }
}

async function discard(response: FetchResponse): Promise<void> {
  try {
    await response.text()
  } catch {
    // It was an error page; nothing depends on it.
  }
}

function hostOf(address: string): string {
  try {
    return new URL(address).host
  } catch {
    return address
  }
}

export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const inner = cause.cause
  if (inner instanceof Error) {
    return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message
  }
  return cause.name === 'AbortError' ? 'no answer' : cause.message
}
