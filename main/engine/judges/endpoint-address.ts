/** Where a judge's server may be: on this machine, so that no answer leaves it. */
import { isIPv4 } from 'node:net'
import { ActbenchError } from '#contract/errors'

/**
 * The base address, without a slash at the end. Only `localhost`, 127.0.0.0/8 and ::1 over http or https; the host is
 * looked at as the URL parser reads it, so other spellings of an address are no way around. Throws `invalid-input`.
 */
export function requireLoopback(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : null
  const isWeb = address?.protocol === 'http:' || address?.protocol === 'https:'
  const isPlain = address?.username === '' && address.password === ''
  if (address !== null && isWeb && isPlain && isLoopback(address.hostname)) {
    address.search = ''
    address.hash = ''
    address.pathname = address.pathname.replace(/\/+$/, '')
    return address
  }
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Judge ${JSON.stringify(url)}: expected an address of this machine such as http://127.0.0.1:8080/v1, found ${address === null ? 'no address' : `${address.protocol}//${address.host}`}.`,
    remedy:
      'Judges are asked on this machine only: answers never leave it. Run the server here, or register the model.',
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}
