/** The only file that knows @huggingface/jinja: a model's chat template as a function. */
import { Template } from '@huggingface/jinja'
import { ActbenchError } from '#contract/errors'
import { unsupportedFile } from '../checkpoint/malformed.ts'
import type { TokenizerSource } from './source.ts'
import type { ChatMessage } from './types.ts'

/**
 * Compiles the chat template on first use. It sees what transformers' `apply_chat_template` gives it: the messages, the
 * texts of the special tokens, `add_generation_prompt` true, and no tools or documents.
 * The function throws `unsupported` without a template or with one that cannot be parsed, and `invalid-input` when the
 * template refuses the conversation (roles that must alternate, no system message).
 */
export function createChatRenderer(
  source: TokenizerSource,
): (messages: readonly ChatMessage[]) => string {
  let compiled: Template | null = null
  return (messages) => {
    compiled ??= compile(source)
    try {
      return compiled.render({
        ...source.specialTokens,
        messages: messages.map(({ role, content }) => ({ role, content })),
        tools: null,
        documents: null,
        add_generation_prompt: true,
      })
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ActbenchError({
        code: 'invalid-input',
        message: `The model's chat template refuses this conversation (${roles(messages)}): ${reason}`,
        remedy: 'Leave out the system message, or let user and assistant alternate.',
        cause,
      })
    }
  }
}

function compile(source: TokenizerSource): Template {
  if (source.chatTemplate === null) {
    throw unsupportedFile(source.file, {
      message: 'the model has no chat template: it is a base model, or the template was left out',
      remedy: 'Use an instruction-tuned model, or suites that do not chat.',
    })
  }
  try {
    return new Template(source.chatTemplate)
  } catch (cause) {
    throw unsupportedFile(source.file, {
      message: `the chat template cannot be parsed: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Use a file of the same model from another publisher.',
    })
  }
}

function roles(messages: readonly ChatMessage[]): string {
  return messages.map(({ role }) => role).join(', ')
}
