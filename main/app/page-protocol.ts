/**
 * The page is served from the build under a scheme of our own, so that it has a real origin, a strict content security
 * policy, and no access to file: addresses.
 */
import { net, protocol } from 'electron'
import { pathToFileURL } from 'node:url'
import { resolvePageFile } from './page-file.ts'

const scheme = 'actbench'
export const pageOrigin = `${scheme}://app`
export const pageAddress = `${pageOrigin}/index.html`

/** Radix and cmdk write style elements while running, so styles may be inline; nothing else may. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Must run before Electron is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** @param pageFolder absolute path of out/renderer */
export function servePage(pageFolder: string): void {
  protocol.handle(scheme, async (request) => {
    const path = resolvePageFile({ pageFolder, address: request.url, origin: pageOrigin })
    if (path === null) return new Response('Not found', { status: 404 })
    const file = await net.fetch(pathToFileURL(path).href)
    const headers = new Headers(file.headers)
    headers.set('content-security-policy', contentSecurityPolicy)
    headers.set('x-content-type-options', 'nosniff')
    return new Response(file.body, { status: file.status, headers })
  })
}
