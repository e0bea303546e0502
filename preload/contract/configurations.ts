/** A configuration: everything that decides a model's answers. Immutable, named by the hash of its canonical JSON. */
import { z } from 'zod'
import { jsonSchema } from './json.ts'
import { precisionSchema, providerSchema } from './models.ts'

export const interventionUseSchema = z.object({
  /** Id of a catalogue record, e.g. `activation-sparsity`. */
  id: z.string(),
  /** Parameters, complete: defaults are written out when a configuration is made. A person may leave any of them out. */
  params: z.record(z.string(), jsonSchema).default({}),
})
export type InterventionUse = z.infer<typeof interventionUseSchema>

/** Of text-to-text models where nobody chose, as the published models were run. */
export const defaultBeams = 2

/**
 * Parameter by which interventions name a file of trained scales: sha256 of one that the profile keeps; a person may write a path or the
 * name of one that ships.
 */
export const scalesParam = 'scales'

export const decodingSchema = z.object({
  maxNewTokens: z
    .number()
    .int()
    .min(1)
    .max(8192)
    .default(128)
    .describe('Longest answer, in tokens'),
  temperature: z.number().min(0).max(5).default(0).describe('0 is greedy'),
  topK: z.number().int().min(0).max(1000).default(0).describe('0 keeps all tokens'),
  topP: z.number().gt(0).max(1).default(1).describe('1 keeps all tokens'),
  seed: z.number().int().min(0).max(4294967295).default(0).describe('Seed of sampling'),
  /** Absent where nobody chose, so that hashes of other models' configurations stay as they are. */
  beams: z
    .number()
    .int()
    .min(1)
    .max(4)
    .optional()
    .describe(`Beams of text-to-text models, 1 is greedy; absent: ${defaultBeams}`),
})
export type Decoding = z.infer<typeof decodingSchema>

export const configurationSchema = z.object({
  modelId: z.string(),
  interventions: z.array(interventionUseSchema).default([]),
  precision: precisionSchema.default('exact'),
  provider: providerSchema.default('auto'),
  kv: z.object({ id: z.literal('full') }).default({ id: 'full' }),
  decoding: decodingSchema.prefault({}),
  /** Null: the chat template's own default stands. */
  systemPrompt: z.string().nullable().default(null),
  /** A registered adapter, merged into the weights at load. Absent without one, so that older hashes stay as they are. */
  adapterId: z.string().optional(),
  /**
   * Text that interventions are fitted on: sha256 of one that the profile keeps; a person may write the path of a file. Absent for
   * the text that ships with the app, so that older hashes stay as they are.
   */
  calibrationText: z.string().min(1).optional(),
})
export type Configuration = z.infer<typeof configurationSchema>
/** What a person may write: defaults left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>

export const storedConfigurationSchema = z.object({
  /** sha256 of the canonical JSON, 64 hex digits. */
  hash: z.string(),
  /** Chosen by a person; not part of the hash. */
  name: z.string(),
  configuration: configurationSchema,
  createdAt: z.number(),
  /** Saved on the Configurations page, as opposed to one that only a plan file named. */
  isSaved: z.boolean(),
})
export type StoredConfiguration = z.infer<typeof storedConfigurationSchema>

/** A catalogue record as the page and the CLI see it. `paramsJsonSchema` draws the form. */
export const interventionRecordSchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  category: z.enum([
    'activation-approximation',
    'activation-sparsity',
    'activation-quantisation',
    'kv-cache',
    'steering',
    'precision',
  ]),
  paper: z
    .object({ authors: z.string(), year: z.number().int(), title: z.string(), link: z.string() })
    .nullable(),
  paramsJsonSchema: z.record(z.string(), jsonSchema),
  defaults: z.record(z.string(), jsonSchema),
  /** Name of the parameter that is the strength (drawn as a slider, swept); null when there is none. */
  strengthParam: z.string().nullable(),
  /** It is fitted on calibration text before it can run. */
  needsCalibration: z.boolean(),
})
export type InterventionRecord = z.infer<typeof interventionRecordSchema>

/** Proof that a configuration's interventions acted as meant. */
export const passportSchema = z.object({
  /** sha256 of the canonical recipe: model fingerprint, interventions with parameters, precision, probe. */
  recipeHash: z.string(),
  recipe: jsonSchema,
  /** All checks ran and hold. */
  isVerified: z.boolean(),
  interventions: z.array(
    z.object({ id: z.string(), sitesChanged: z.number().int(), siteNames: z.array(z.string()) }),
  ),
  /** Relative error of `hook_resid_post` by layer on the probe: |x' - x| / |x|, Frobenius norms, teacher forced. */
  relativeErrorByLayer: z.array(z.number()),
  /**
   * What the error looks like where the MLP reads: at its input (`up`) and before its output product (`down`). Medians over the
   * `layers` that have an error, of the fitted sigma of a Gauss and b of a Laplace distribution; `laplaceLayers` of them are
   * likelier Laplace. A site without error is left out. Absent in passports from before it was measured.
   */
  errorFits: z
    .array(
      z.object({
        site: z.enum(['up', 'down']),
        sigma: z.number(),
        b: z.number(),
        layers: z.number().int(),
        laplaceLayers: z.number().int(),
      }),
    )
    .optional(),
  /** Mean over probe positions of KL(exact || changed), nats: of the next token, of an encoder with heads of the slot label. */
  logitKlNats: z.number(),
  /** Share of probe positions whose most likely token (or slot label) stays the same. */
  top1Agreement: z.number(),
  /** Largest absolute logit difference between the untouched graph and the same intervention at strength zero; null when it has no strength. */
  strengthZeroMaxAbs: z.number().nullable(),
  strengthZeroHolds: z.boolean().nullable(),
  probe: z.object({ textHash: z.string(), tokens: z.number().int() }),
  /** For interventions fitted on calibration text: what was used. */
  calibration: z.array(
    z.object({
      interventionId: z.string(),
      textHash: z.string(),
      tokens: z.number().int(),
      artifactHash: z.string(),
    }),
  ),
  /** Scales that were trained elsewhere and read from a file. Absent without one. */
  trainedScales: z
    .array(
      z.object({
        interventionId: z.string(),
        /** As their maker named them. */
        name: z.string(),
        /** Of the file. */
        sha256: z.string(),
        bits: z.number().int(),
        /** File name and sha256 of the text they were trained on, and how many of its tokens. */
        text: z.string(),
        textSha256: z.string(),
        tokens: z.number().int(),
      }),
    )
    .optional(),
  issuedAt: z.number(),
})
export type Passport = z.infer<typeof passportSchema>
