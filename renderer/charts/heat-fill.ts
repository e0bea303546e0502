/** Colours of figures drawn as numbers on colour, in tables and charts alike. */

/** So that the text upon it keeps its contrast in both themes. */
export const strongestFill = 0.62
export const weakestFill = 0.1

/** Share of the full colour for an intensity from -1 to 1. */
export function fillShare(intensity: number): number {
  return weakestFill + (strongestFill - weakestFill) * Math.min(1, Math.abs(intensity))
}

/** Orange for worse, blue for better. */
export function fillColor(intensity: number): string {
  return intensity < 0 ? 'var(--series-5)' : 'var(--series-6)'
}
