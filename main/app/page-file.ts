import { existsSync, statSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'

/**
 * Maps an address of the page's origin to a file of the built page.
 *
 * @returns an absolute path inside `pageFolder`; null when the address has another origin, leaves the folder or names
 *   no file
 */
export function resolvePageFile(options: {
  readonly pageFolder: string
  readonly address: string
  readonly origin: string
}): string | null {
  const { pageFolder, address, origin } = options
  if (!URL.canParse(address) || !address.startsWith(`${origin}/`)) return null
  const decoded = decodePath(new URL(address).pathname)
  if (decoded === null) return null
  const path = normalize(join(pageFolder, decoded))
  if (!path.startsWith(pageFolder + sep)) return null
  return existsSync(path) && statSync(path).isFile() ? path : null
}

function decodePath(pathname: string): string | null {
  try {
    const decoded = decodeURIComponent(pathname)
    return decoded.includes('\0') ? null : decoded
  } catch {
    return null
  }
}
