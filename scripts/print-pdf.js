/**
 * Lays out a self-contained HTML file as a PDF with the browser inside Electron; brings a virtual display where there is
 * none.
 *
 *   node scripts/print-pdf.js report.html report.pdf
 *
 * Exit code 0 when the PDF is written, 1 with the reason on stderr, 2 for wrong usage.
 */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import process from 'node:process'
import { buildIfNeeded } from './launch/build.js'
import { appCommand } from './launch/electron-command.js'
import { resolveElectron } from './launch/electron.js'
import { ensureSystemLibraries, underDisplay } from './launch/system-libraries.js'

const [htmlPath, pdfPath] = process.argv.slice(2)
if (htmlPath === undefined || pdfPath === undefined) {
  process.stderr.write('Usage: node scripts/print-pdf.js report.html report.pdf\n')
  process.exit(2)
}
process.exit(await print(resolve(htmlPath), resolve(pdfPath)))

/**
 * @param {string} html
 * @param {string} pdf
 */
async function print(html, pdf) {
  if (!buildIfNeeded()) return 1
  const runtime = await resolveElectron().catch((/** @type {unknown} */ error) => String(error))
  if (typeof runtime === 'string') return fail(runtime)
  const missing = ensureSystemLibraries({ executable: runtime.executable, wantsDisplay: true })
  if (missing !== null) return fail(missing)

  const [command = '', ...parameters] = underDisplay([
    ...appCommand(runtime.executable),
    '--disable-gpu',
    `--print-pdf=${html}`,
    `--print-pdf-to=${pdf}`,
  ])
  const { status, stderr } = spawnSync(command, parameters, {
    env: { ...process.env, ...runtime.env },
    encoding: 'utf8',
    timeout: 120_000,
  })
  return status === 0 ? 0 : fail(stderr.trim().split('\n').at(-1) ?? 'no reason given')
}

/** @param {string} reason */
function fail(reason) {
  process.stderr.write(`The PDF could not be laid out: ${reason}\n`)
  return 1
}
