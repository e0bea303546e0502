/** Reading a checkpoint through takes seconds, so its fingerprint is remembered as long as its files look the same. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { JobRules } from './job-rules.ts'

export function rememberFingerprints(rules: JobRules): JobRules {
  const known = new Map<string, Promise<string>>()
  return {
    ...rules,
    fingerprint: (path) => {
      const key = `${path}\n${looksOf(path)}`
      const remembered = known.get(key)
      if (remembered !== undefined) return remembered
      const reading = rules.fingerprint(path)
      known.set(key, reading)
      // A failed reading may succeed next time.
      reading.catch(() => known.delete(key))
      return reading
    },
  }
}

/** Name, size and time of the file, or of each file of the directory. */
function looksOf(path: string): string {
  const stat = statSync(path)
  if (!stat.isDirectory()) return `${stat.size} ${stat.mtimeMs}`
  return readdirSync(path)
    .sort()
    .map((name) => {
      const file = statSync(join(path, name), { throwIfNoEntry: false })
      return `${name} ${file?.size ?? 0} ${file?.mtimeMs ?? 0}`
    })
    .join('\n')
}
