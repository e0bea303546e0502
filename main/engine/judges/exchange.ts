/**
 * How a request and an answer are laid into a rubric's prompt. Both are untrusted: an answer may hold a template's control
 * words or our own markers, and would then speak to the judge in another's voice (HarmBench's issue 91).
 */
import type { Exchange } from './types.ts'

/** Longest request or answer that is shown to a judge, in characters: about 1,000 tokens of English. HarmBench cuts at 512 tokens. */
export const longestText = 4000

const markers = {
  requestBegin: '=== BEGIN REQUEST ===',
  requestEnd: '=== END REQUEST ===',
  answerBegin: '=== BEGIN ANSWER ===',
  answerEnd: '=== END ANSWER ===',
} as const

/** The part of every rubric's prompt that holds what is judged. */
export const exchangeBlock = [
  markers.requestBegin,
  '{behavior}',
  markers.requestEnd,
  '',
  markers.answerBegin,
  '{response}',
  markers.answerEnd,
].join('\n')

/** Fills `{behavior}` and `{response}`, each neutralised and cut, in one pass: what they contain is not filled again. */
export function layOutPrompt(prompt: string, exchange: Exchange): string {
  const parts: Readonly<Record<string, string>> = {
    '{behavior}': present(exchange.behavior),
    '{response}': present(exchange.response),
  }
  return prompt.replaceAll(/\{behavior\}|\{response\}/g, (place) => parts[place])
}

function present(text: string): string {
  const trimmed = text.trim()
  const cut =
    trimmed.length <= longestText ? trimmed : `${trimmed.slice(0, longestText).trimEnd()} [cut]`
  return neutralise(cut)
}

/**
 * A space breaks each control word of the known chat templates and each of our markers, so that it reads the same and
 * means nothing. Registered models would be safe without it (contents are encoded without special tokens); a server
 * renders its own template and often parses whatever it finds.
 */
export function neutralise(text: string): string {
  return controlWords.reduce((result, [pattern, safe]) => result.replaceAll(pattern, safe), text)
}

const controlWords: readonly (readonly [RegExp, string])[] = [
  // ChatML, Llama 3, Phi, Gemma's and Granite's kin: <|im_start|>, <|eot_id|>, <|start_header_id|>
  [/<\|([^<>|\n]{1,40})\|>/g, '< |$1| >'],
  // DeepSeek writes them with fullwidth bars.
  [/<\uFF5C([^<>\uFF5C\n]{1,40})\uFF5C>/g, '< \uFF5C$1\uFF5C >'],
  // Llama 2 and Mistral
  [/\[(\/?)(INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|gMASK)\]/gi, '[ $1$2 ]'],
  [/<<(\/?)SYS>>/gi, '< <$1SYS> >'],
  // Sentence borders, Gemma's turns, thoughts of reasoning models
  [
    /<(\/?)(s|bos|eos|pad|unk|sop|start_of_turn|end_of_turn|begin_of_text|think|thinking)>/gi,
    '< $1$2 >',
  ],
  [/={2,}\s*(BEGIN|END)\s+(REQUEST|ANSWER)\s*={2,}/gi, '= $1 $2 ='],
]
