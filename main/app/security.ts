/** What no page of ours may do, whatever it is made to try. */
import { app, session, shell } from 'electron'
import { pageOrigin } from './page-protocol.ts'

/** The page may ask for nothing but to put text on the clipboard. */
const grantedPermissions: readonly string[] = ['clipboard-sanitized-write']

/**
 * Applies to every web contents that will ever exist: no navigation away from the page, no new windows, no webviews,
 * no permissions. Links to https addresses (papers, model cards) open in the system's browser.
 */
export function lockDownPages(): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isPageAddress(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      if (!isPageAddress(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => {
      event.preventDefault()
    })
    contents.setWindowOpenHandler(({ url }) => {
      if (isHttpsAddress(url)) void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
}

/** Needs a ready app: the session exists only then. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(grantedPermissions.includes(permission))
  })
  session.defaultSession.setPermissionCheckHandler((_contents, permission) =>
    grantedPermissions.includes(permission),
  )
}

export function isPageAddress(address: string): boolean {
  return address.startsWith(`${pageOrigin}/`)
}

function isHttpsAddress(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:'
}
