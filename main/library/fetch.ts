/** One way to reach the network: the runtime's own fetch, or undici's through a proxy when the shell names one. */
type Variables = Readonly<Record<string, string | undefined>>

export type Fetch = (address: string, init: FetchInit) => Promise<FetchResponse>

export interface FetchInit {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** The part of a WHATWG response that we read; both fetches give it. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
  json(): Promise<unknown>
  text(): Promise<string>
}

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

/** Node's fetch learns about proxies only from version 24 on and by a start-up flag; undici's agent works everywhere. */
export function createFetch(variables: Variables): Fetch {
  const isProxied = proxyVariables.some((name) => (variables[name] ?? '') !== '')
  if (!isProxied) return (address, init) => globalThis.fetch(address, { ...init })
  let proxied: Promise<Fetch> | null = null
  return async (address, init) => {
    proxied ??= createProxiedFetch(variables)
    return (await proxied)(address, init)
  }
}

async function createProxiedFetch(variables: Variables): Promise<Fetch> {
  const { EnvHttpProxyAgent, fetch } = await import('undici')
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: first(variables, ['http_proxy', 'HTTP_PROXY']),
    httpsProxy: first(variables, ['https_proxy', 'HTTPS_PROXY']),
    noProxy: first(variables, ['no_proxy', 'NO_PROXY']),
  })
  return (address, init) => fetch(address, { ...init, dispatcher })
}

function first(variables: Variables, names: readonly string[]): string {
  return names.map((name) => variables[name] ?? '').find((value) => value !== '') ?? ''
}
