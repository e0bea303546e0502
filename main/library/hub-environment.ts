/** What the shell says about the Hugging Face hub, read once at start: the same variables that its own tools honour. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface HubEnvironment {
  /** Address of the hub or of a mirror, without a slash at the end. */
  readonly endpoint: string
  readonly token: string | null
  /** Where the token came from: `HF_TOKEN`, a file's path, or null. Never the token itself. */
  readonly tokenSource: string | null
  /** Root of the shared cache (`models--org--name` folders). */
  readonly cacheDir: string
  readonly isOffline: boolean
}

type Variables = Readonly<Record<string, string | undefined>>

const officialEndpoint = 'https://huggingface.co'

/**
 * Order of the cache's place as in huggingface_hub: `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, then `hub` below
 * `HF_HOME`, `XDG_CACHE_HOME/huggingface` or `~/.cache/huggingface`.
 */
export function readHubEnvironment(variables: Variables, home: string = homedir()): HubEnvironment {
  const hubHome =
    filled(variables['HF_HOME']) ??
    join(filled(variables['XDG_CACHE_HOME']) ?? join(home, '.cache'), 'huggingface')
  const cacheDir =
    filled(variables['HF_HUB_CACHE']) ??
    filled(variables['HUGGINGFACE_HUB_CACHE']) ??
    join(hubHome, 'hub')
  return {
    endpoint: (filled(variables['HF_ENDPOINT']) ?? officialEndpoint).replace(/\/+$/, ''),
    ...readToken(variables, hubHome),
    cacheDir: cacheDir.replace(/^~(?=\/|$)/, home),
    isOffline: isOn(variables['HF_HUB_OFFLINE']),
  }
}

function readToken(
  variables: Variables,
  hubHome: string,
): Pick<HubEnvironment, 'token' | 'tokenSource'> {
  const direct = filled(variables['HF_TOKEN'])
  if (direct !== null) return { token: direct, tokenSource: 'HF_TOKEN' }
  const path = filled(variables['HF_TOKEN_PATH']) ?? join(hubHome, 'token')
  try {
    const token = filled(readFileSync(path, 'utf8'))
    return { token, tokenSource: token === null ? null : path }
  } catch {
    // No readable token file simply means: not logged in.
    return { token: null, tokenSource: null }
  }
}

function filled(value: string | undefined): string | null {
  const trimmed = value?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}

/** Values that huggingface_hub reads as true. */
function isOn(value: string | undefined): boolean {
  return ['1', 'on', 'yes', 'true'].includes((value ?? '').trim().toLowerCase())
}

/** Variables in effect, for people: a token is "set" and a proxy's password is hidden. */
export function describeEnvironment(variables: Variables): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const name of shownVariables) {
    const value = filled(variables[name])
    if (value === null) continue
    shown[name] = name === 'HF_TOKEN' ? 'set' : hidePassword(value)
  }
  return shown
}

const shownVariables = [
  'HF_HOME',
  'HF_HUB_CACHE',
  'HUGGINGFACE_HUB_CACHE',
  'XDG_CACHE_HOME',
  'HF_ENDPOINT',
  'HF_TOKEN',
  'HF_TOKEN_PATH',
  'HF_HUB_OFFLINE',
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'ACTBENCH_HOME',
] as const

function hidePassword(value: string): string {
  return value.replace(/\/\/[^/@\s]*@/, '//***@')
}
