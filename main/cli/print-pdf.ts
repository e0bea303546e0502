/** A PDF from the command line: Electron lays out what the app would, started for this one page and without a window. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { ActbenchError } from '#contract/errors'

/** A page of a few megabytes takes seconds; a first download of Electron takes minutes. */
const patienceMs = 10 * 60_000

/** Throws `unsupported` with a remedy where Electron or a display cannot be had. */
export async function printPdf({
  htmlPath,
  root,
}: {
  readonly htmlPath: string
  readonly root: string
}): Promise<Uint8Array> {
  const script = join(root, 'scripts', 'print-pdf.js')
  const pdfPath = htmlPath.replace(/\.html$/, '.pdf')
  const { code, errors } = await runScript([script, htmlPath, pdfPath])
  try {
    if (code === 0 && existsSync(pdfPath)) return await readFile(pdfPath)
  } finally {
    await rm(pdfPath, { force: true })
  }
  const lastLine = errors.trim().split('\n').at(-1) ?? ''
  const reason = lastLine === '' ? `exit code ${code ?? 'unknown'}, no reason given` : lastLine
  throw new ActbenchError({
    code: 'unsupported',
    message: `The PDF could not be printed: ${reason}`,
    remedy:
      'Export HTML and print it from a browser, or start the app once so that its Electron is set up.',
    details: errors,
  })
}

function runScript(
  parameters: readonly string[],
): Promise<{ readonly code: number | null; readonly errors: string }> {
  return new Promise((resolve) => {
    let errors = ''
    const child = spawn(process.execPath, parameters, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: patienceMs,
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.on('error', (error) => resolve({ code: null, errors: error.message }))
    child.on('close', (code) => resolve({ code, errors }))
  })
}
