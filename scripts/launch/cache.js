/** The launcher's cache: $ACTBENCH_CACHE, else $XDG_CACHE_HOME/actbench, else ~/.cache/actbench. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'

/** @returns {string} absolute path; the folder may not exist yet */
export function cacheFolder() {
  const { ACTBENCH_CACHE: own = '', XDG_CACHE_HOME: xdg = '' } = process.env
  if (own !== '') return resolve(own)
  return join(xdg === '' ? join(homedir(), '.cache') : xdg, 'actbench')
}
