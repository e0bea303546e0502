/** `2 min 10 s`, `1 h 5 min`, `3 d 2 h`, `0.4 s`. Never more than two parts. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000
  if (seconds < 0.95) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return twoParts(Math.floor(whole / 60), 'min', whole % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return twoParts(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(seconds / 3600)
  return twoParts(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function twoParts(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`
}

// Made once: making one costs a hundred times what using it does, and tables use them for every row.
const dateFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})
const clockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** Local date and time to the minute: `24 Nov 2026, 05:41`. */
export function formatDate(epochMs: number): string {
  return dateFormat.format(epochMs)
}

/** Local time of day to the second, for logs. */
export function formatClock(epochMs: number): string {
  return clockFormat.format(epochMs)
}

/** The same moment in UTC, shown on hover. */
export function formatUtc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
