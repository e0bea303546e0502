/** Choices of decoding that a person may leave to the model. */
import type { Decoding } from '#contract/configurations'

/** Where nobody chose the field is absent, so that the configuration is the one that others have too. */
export function withBeams({ beams: _, ...decoding }: Decoding, beams: number | null): Decoding {
  return beams === null ? decoding : { ...decoding, beams }
}
