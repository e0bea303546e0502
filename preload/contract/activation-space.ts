/** Where harmful and harmless prompts lie in the space of activations, and how a change moves them. */
import { z } from 'zod'

/** Where prompts lie at one layer: separability before (exact) and after the change. */
export const activationLayerSchema = z.object({
  layer: z.number().int(),
  /** Distance of the means over the pooled spread. */
  separation: z.object({ before: z.number(), after: z.number() }),
  silhouette: z.object({ before: z.number(), after: z.number() }),
  /** Mean cosine among harmful prompts. */
  cohesion: z.object({ before: z.number(), after: z.number() }),
  /** Share of changed harmful prompts nearer to the exact mean of the harmless ones than to that of the harmful ones. */
  flipRate: z.number(),
  /** Share of variance of the exact activations on the two axes. */
  explained: z.tuple([z.number(), z.number()]),
  /** Principal components of the exact activations, onto which all four groups are projected: [x, y] pairs. */
  points: z.object({
    harmful: z.array(z.tuple([z.number(), z.number()])),
    harmless: z.array(z.tuple([z.number(), z.number()])),
    harmfulAfter: z.array(z.tuple([z.number(), z.number()])),
    harmlessAfter: z.array(z.tuple([z.number(), z.number()])),
  }),
})
export const activationSpaceResultSchema = z.object({
  harmful: z.string(),
  harmless: z.string(),
  samples: z.object({ harmful: z.number().int(), harmless: z.number().int() }),
  /** What was projected: `hook_resid_post` at the last token of the rendered prompt. */
  site: z.string(),
  layers: z.array(activationLayerSchema),
})
export type ActivationSpaceResult = z.infer<typeof activationSpaceResultSchema>
