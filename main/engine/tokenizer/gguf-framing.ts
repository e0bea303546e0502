import type { Vocabulary } from './gguf-vocabulary.ts'

/** What is put around a text that is encoded with its special tokens; the file's flags overrule what is usual. */
export function framing(
  { metadata, tokens }: Vocabulary,
  usual: { readonly addsBos: boolean; readonly addsEos: boolean },
): unknown {
  const tokenOf = (name: string, adds: boolean): readonly string[] => {
    const flag = metadata.get(`tokenizer.ggml.add_${name}_token`)
    const id = metadata.get(`tokenizer.ggml.${name}_token_id`)
    const isAdded = typeof flag === 'boolean' ? flag : adds
    return isAdded && typeof id === 'number' ? [tokens[id]] : []
  }
  return template(tokenOf('bos', usual.addsBos), tokenOf('eos', usual.addsEos))
}

/** A post-processor that puts tokens before and after a text. */
export function template(before: readonly string[], after: readonly string[]): unknown {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  const text = { Sequence: { id: 'A', type_id: 0 } }
  return {
    type: 'TemplateProcessing',
    single: [...before.map(special), text, ...after.map(special)],
    pair: [],
  }
}
