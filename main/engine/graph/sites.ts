/**
 * The named points of a forward computation, in the vocabulary of TransformerLens (components/transformer_block.py,
 * rms_norm.py, gated_mlp.py, abstract_attention.py). Each is declared once, with its shape.
 * Deviations: `hook_normalized` is the norm's output after the learned scale, because that is the tensor which the
 * next product reads, and which papers quantise or sparsify. Where the norm follows the sum (post-LN encoders) names keep that
 * meaning: `ln1.hook_normalized` is what the q, k and v products read, `hook_resid_mid` and `hook_resid_post` are the stream
 * that goes on, after its norm. Without a rotation `hook_rot_q` is what attention reads all the same; without a gate
 * `hook_post` is `hook_act`, and there is no `hook_pre_linear`.
 * Text-to-text models have two stacks: names are the decoder's, those of the encoder begin with `encoder.`, and where a site
 * says seq they have the source's length. `ln2` stays the norm before the MLP; the one before the second attention is `ln_cross`.
 */

/** `{i}` stands for the block's index. Dimension words as everywhere: batch, seq, dModel, nHeads, dHead, dMlp. */
export const siteShapes = {
  /** Our addition, int64: index of each token in its row without padding; what depends on the position reads it. */
  hook_positions: ['batch', 'seq'],
  hook_embed: ['batch', 'seq', 'dModel'],
  'blocks.{i}.hook_resid_pre': ['batch', 'seq', 'dModel'],
  /** Input of the q, k and v products. */
  'blocks.{i}.ln1.hook_normalized': ['batch', 'seq', 'dModel'],
  'blocks.{i}.attn.hook_q': ['batch', 'seq', 'nHeads', 'dHead'],
  'blocks.{i}.attn.hook_k': ['batch', 'seq', 'nKvHeads', 'dHead'],
  'blocks.{i}.attn.hook_v': ['batch', 'seq', 'nKvHeads', 'dHead'],
  'blocks.{i}.attn.hook_rot_q': ['batch', 'seq', 'nHeads', 'dHead'],
  'blocks.{i}.attn.hook_rot_k': ['batch', 'seq', 'nKvHeads', 'dHead'],
  /** Before the mask is added; `total` counts cached positions too. */
  'blocks.{i}.attn.hook_attn_scores': ['batch', 'nHeads', 'seq', 'total'],
  'blocks.{i}.attn.hook_pattern': ['batch', 'nHeads', 'seq', 'total'],
  /** Input of the output product. */
  'blocks.{i}.attn.hook_z': ['batch', 'seq', 'nHeads', 'dHead'],
  'blocks.{i}.hook_attn_out': ['batch', 'seq', 'dModel'],
  'blocks.{i}.hook_resid_mid': ['batch', 'seq', 'dModel'],
  /** Second attention of a decoder, to its source: input of the q product. Those of k and v read `encoder.ln_final.hook_normalized`. */
  'blocks.{i}.ln_cross.hook_normalized': ['batch', 'seq', 'dModel'],
  'blocks.{i}.cross_attn.hook_q': ['batch', 'seq', 'nHeads', 'dHead'],
  'blocks.{i}.cross_attn.hook_k': ['batch', 'source', 'nHeads', 'dHead'],
  'blocks.{i}.cross_attn.hook_v': ['batch', 'source', 'nHeads', 'dHead'],
  'blocks.{i}.cross_attn.hook_rot_q': ['batch', 'seq', 'nHeads', 'dHead'],
  'blocks.{i}.cross_attn.hook_rot_k': ['batch', 'source', 'nHeads', 'dHead'],
  'blocks.{i}.cross_attn.hook_attn_scores': ['batch', 'nHeads', 'seq', 'source'],
  'blocks.{i}.cross_attn.hook_pattern': ['batch', 'nHeads', 'seq', 'source'],
  'blocks.{i}.cross_attn.hook_z': ['batch', 'seq', 'nHeads', 'dHead'],
  'blocks.{i}.hook_cross_attn_out': ['batch', 'seq', 'dModel'],
  'blocks.{i}.hook_resid_mid_cross': ['batch', 'seq', 'dModel'],
  /** Input of the gate and up products. */
  'blocks.{i}.ln2.hook_normalized': ['batch', 'seq', 'dModel'],
  /** Output of the gate product, before the activation. */
  'blocks.{i}.mlp.hook_pre': ['batch', 'seq', 'dMlp'],
  /** Our addition: output of the activation, before the product with `hook_pre_linear`. */
  'blocks.{i}.mlp.hook_act': ['batch', 'seq', 'dMlp'],
  /** Output of the up product. */
  'blocks.{i}.mlp.hook_pre_linear': ['batch', 'seq', 'dMlp'],
  /** Input of the down product: act(pre) * pre_linear. */
  'blocks.{i}.mlp.hook_post': ['batch', 'seq', 'dMlp'],
  'blocks.{i}.hook_mlp_out': ['batch', 'seq', 'dModel'],
  'blocks.{i}.hook_resid_post': ['batch', 'seq', 'dModel'],
  /** From here on only the positions whose logits somebody reads: `[1, rows, ...]` when they are selected. */
  'ln_final.hook_normalized': ['batch', 'seq', 'dModel'],
  /** Of an encoder with heads: logits of the slots, at every token or `[1, rows, slots]` at chosen ones. */
  hook_logits: ['batch', 'seq', 'vocab'],
  /** Our addition, of an encoder with heads: one distribution over intents for the whole text. */
  hook_intent_logits: ['batch', 'intents'],
} as const satisfies Record<string, readonly string[]>

export type SiteTemplate = keyof typeof siteShapes

/** `encoder.blocks.12.mlp.hook_post` -> `blocks.{i}.mlp.hook_post`; null when no such site is declared. */
export function siteTemplate(name: string): SiteTemplate | null {
  const template = name.replace(/^encoder\./, '').replace(/^blocks\.\d+\./, 'blocks.{i}.')
  return Object.hasOwn(siteShapes, template) ? (template as SiteTemplate) : null
}

/** Index of the block a site belongs to, in whichever stack; null outside the blocks. */
export function siteBlock(name: string): number | null {
  const match = /^(?:encoder\.)?blocks\.(\d+)\./.exec(name)
  return match === null ? null : Number(match[1])
}

/** The site that says where the tokens of this site's stack stand. */
export function positionsSite(name: string): string {
  return name.startsWith('encoder.') ? 'encoder.hook_positions' : 'hook_positions'
}

/** Turns a glob (`blocks.*.mlp.hook_post`, `blocks.{0,1}.*`) into an anchored expression; `*` stops at no dot. */
export function compileSitePattern(pattern: string): RegExp {
  const source = pattern
    .split(/(\*|\{[^}]*\})/)
    .map((part) => {
      if (part === '*') return '.*'
      if (part.startsWith('{')) return `(?:${part.slice(1, -1).split(',').map(escape).join('|')})`
      return escape(part)
    })
    .join('')
  return new RegExp(`^${source}$`)
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
