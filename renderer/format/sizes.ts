import { formatNumber } from './numbers.ts'

const steps = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const

/** Decimal units with three significant digits: `1.12 GB`, `86.4 MB`. */
export function formatSize(sizeBytes: number): string {
  for (const [size, unit] of steps) {
    if (sizeBytes >= size) return `${significant(sizeBytes / size)} ${unit}`
  }
  return `${formatNumber(sizeBytes)} B`
}

/** Weights: `135M`, `1.54B`. */
export function formatParameters(parameters: number): string {
  if (parameters >= 1e9) return `${significant(parameters / 1e9)}B`
  if (parameters >= 1e6) return `${significant(parameters / 1e6)}M`
  if (parameters >= 1e3) return `${significant(parameters / 1e3)}K`
  return formatNumber(parameters)
}

function significant(value: number): string {
  return formatNumber(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)
}
