/** Options as commander hands them over, read as what they must be. */
import { InvalidArgumentError } from 'commander'

export type OptionValues = Readonly<Record<string, unknown>>

export function textOption(options: OptionValues, name: string): string | null {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : null
}

export function numberOption(options: OptionValues, name: string): number | null {
  const value = options[name]
  return typeof value === 'number' ? value : null
}

export function listOption(options: OptionValues, name: string): string[] {
  const value = options[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** For commander: a whole number from `least` on; anything else is a usage error. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`Expected a whole number from ${least} on.`)
  }
}

/** For commander: an option that may be given several times. */
export function collected(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text]
}
