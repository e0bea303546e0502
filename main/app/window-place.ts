/** Where the window was: kept in the profile, read with mistrust, forgotten when it makes no sense. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const smallest = { width: 800, height: 560 }

const windowPlaceSchema = z.object({
  x: z.number().int().exactOptional(),
  y: z.number().int().exactOptional(),
  width: z.number().int().min(smallest.width).max(20_000),
  height: z.number().int().min(smallest.height).max(20_000),
  isMaximized: z.boolean(),
})
export type WindowPlace = z.infer<typeof windowPlaceSchema>

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const smallestWindow = smallest
export const firstPlace: WindowPlace = { width: 1280, height: 800, isMaximized: false }

/**
 * @param displays work areas of the screens that exist now
 * @returns the stored place; without coordinates when it would lie outside every screen; the first one when unreadable
 */
export function readWindowPlace(path: string, displays: readonly Area[]): WindowPlace {
  const place = parse(path)
  if (place === null) return firstPlace
  const { x, y, ...size } = place
  if (x === undefined || y === undefined) return size
  return displays.some((area) => isTitleBarInside({ x, y, width: size.width }, area)) ? place : size
}

/** Losing the place is no reason to fail: a full disk is reported where it matters. */
export function writeWindowPlace(path: string, place: WindowPlace): void {
  try {
    writeFileSync(path, JSON.stringify(place))
  } catch {
    // Deliberately without a message, see above.
  }
}

function parse(path: string): WindowPlace | null {
  try {
    return windowPlaceSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

function isTitleBarInside(bar: { x: number; y: number; width: number }, area: Area): boolean {
  const middle = bar.x + bar.width / 2
  const isAcross = middle >= area.x && middle <= area.x + area.width
  return isAcross && bar.y >= area.y && bar.y < area.y + area.height
}
