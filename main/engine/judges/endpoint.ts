/**
 * A judge behind the OpenAI chat protocol on this machine (llama.cpp, LM Studio, Ollama, vLLM). The only file of the engine
 * that opens a connection, and only to loopback addresses.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import { throwIfCancelled } from '../runtime/cancel.ts'
import { requireLoopback } from './endpoint-address.ts'

export interface EndpointLimits {
  /** For one reply. */
  readonly timeoutMs: number
  /** Waits before the second, third ... try of what can be tried again. */
  readonly retryMs: readonly number[]
}

export const endpointLimits: EndpointLimits = { timeoutMs: 120_000, retryMs: [500, 2_000, 8_000] }

/** Replies are one word or three lines: more than this is not read. */
const largestReplyBytes = 2 ** 20

const completionSchema = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().nullable().optional() }) }))
    .min(1),
  usage: z.object({ completion_tokens: z.number().int().min(0) }).nullish(),
})

export interface Completion {
  readonly text: string
  /** As the server counts them; null when it does not say. */
  readonly tokens: number | null
}

export interface Endpoint {
  /**
   * The reply to one user message, greedy. Throws `network` when the server cannot be reached, breaks down or does not
   * speak the protocol (after several tries), `invalid-input` with its words when it refuses the request, `cancelled`.
   */
  complete(request: {
    readonly prompt: string
    readonly maxNewTokens: number
    readonly signal: AbortSignal
  }): Promise<Completion>
}

/** Throws `invalid-input` for an address that is not of this machine. */
export function openEndpoint(
  { url, model }: { readonly url: string; readonly model: string },
  limits: EndpointLimits = endpointLimits,
): Endpoint {
  const base = requireLoopback(url)
  const address = new URL(`${base.href.replace(/\/+$/, '')}/chat/completions`)
  return {
    complete: async ({ prompt, maxNewTokens, signal }) => {
      const body = JSON.stringify({
        model,
        messages: [{ role: 'user', content: prompt }],
        temperature: 0,
        max_tokens: maxNewTokens,
        stream: false,
      })
      for (let attempt = 0; ; attempt++) {
        throwIfCancelled(signal)
        const outcome = await ask({ address, body, signal, timeoutMs: limits.timeoutMs })
        if (outcome.kind === 'reply') return outcome.completion
        const waitMs = outcome.canRetry ? limits.retryMs[attempt] : undefined
        throwIfCancelled(signal)
        if (waitMs === undefined) throw outcome.error
        // A cancelled wait ends early, and the next round says so.
        await pause(waitMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}

type Outcome =
  | { readonly kind: 'reply'; readonly completion: Completion }
  | { readonly kind: 'failure'; readonly error: ActbenchError; readonly canRetry: boolean }

async function ask(request: {
  readonly address: URL
  readonly body: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
}): Promise<Outcome> {
  const { address, body, signal, timeoutMs } = request
  let status: number
  let text: string
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // A redirect could lead off this machine.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    status = response.status
    text = await readBounded(response)
  } catch (cause) {
    return failure(unreachable(address, cause), true)
  }
  if (status >= 500 || status === 429) return failure(brokenDown(address, status, text), true)
  if (status !== 200) return failure(refused(address, status, text), false)
  const parsed = completionSchema.safeParse(parseJson(text))
  if (!parsed.success) return failure(notSpoken(address, text), false)
  const { choices, usage } = parsed.data
  const completion = {
    text: choices[0].message.content ?? '',
    tokens: usage?.completion_tokens ?? null,
  }
  return { kind: 'reply', completion }
}

/** Throws when the server sends more than any reply could be. */
async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  const body: ReadableStream<Uint8Array> | null = response.body
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > largestReplyBytes) throw new RangeError(`more than ${largestReplyBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failure(error: ActbenchError, canRetry: boolean): Outcome {
  return { kind: 'failure', error, canRetry }
}

function unreachable(address: URL, cause: unknown): ActbenchError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const reason = inner instanceof Error ? inner.message : String(inner)
  return new ActbenchError({
    code: 'network',
    message: `Judge at ${address.host}: no reply to ${address.pathname} (${reason}).`,
    remedy: 'Start the server, or check its port; then resume the job. Verdicts so far are kept.',
    cause,
  })
}

function brokenDown(address: URL, status: number, text: string): ActbenchError {
  return new ActbenchError({
    code: 'network',
    message: `Judge at ${address.host}: expected a reply, found status ${status}: ${excerpt(text)}`,
    remedy: 'Look at the server’s log; then resume the job. Verdicts so far are kept.',
  })
}

function refused(address: URL, status: number, text: string): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `Judge at ${address.host}: the server refuses the request with status ${status}: ${excerpt(text)}`,
    remedy: 'Check the model’s name and the address; it should end in /v1.',
  })
}

function notSpoken(address: URL, text: string): ActbenchError {
  return new ActbenchError({
    code: 'network',
    message: `Judge at ${address.host}: expected an OpenAI chat completion, found ${excerpt(text)}`,
    remedy: 'Use the address of a server that speaks this protocol, usually ending in /v1.',
  })
}

function excerpt(text: string): string {
  return JSON.stringify(text.trim().slice(0, 200))
}
