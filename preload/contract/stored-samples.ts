/** Stored samples as statistics read them, hundreds of thousands at a time: what the store hands to the engine, and no more. */

export interface ScoredValue {
  readonly scorer: string
  readonly variant: string
  readonly name: string
  /** Null: could not be judged. */
  readonly value: number | null
  readonly weight: number
}

export interface ScoredSample {
  readonly sampleId: string
  readonly category: string | null
  readonly cluster: string | null
  /** The sample could not be run. */
  readonly errored: boolean
  readonly scores: readonly ScoredValue[]
}

/** Samples of a job, to be walked as often as needed; a list of them is one. */
export interface ScoredSamples extends Iterable<ScoredSample> {
  readonly length: number
}

/** What is known of one utterance, and what a model took it for. */
export interface UnderstoodSample {
  readonly sampleId: string
  readonly cluster: string | null
  /** `scenario` of MASSIVE. */
  readonly domain: string | null
  readonly gold: { readonly intent: string; readonly labels: readonly string[] }
  /** Null where the model gave none. Its intent is empty where only slots were asked for. */
  readonly predicted: { readonly intent: string; readonly labels: readonly string[] } | null
  /** Where intents were ranked: all of them with their log-probabilities. The likeliest is what the utterance was taken for. */
  readonly ranked: {
    readonly intents: readonly string[]
    readonly logProbs: readonly number[]
  } | null
}
