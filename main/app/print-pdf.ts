/** Turns a self-contained report into a PDF with the browser that we have anyway. */
import { app, BrowserWindow } from 'electron'
import { writeFile } from 'node:fs/promises'
import type { PrintRequest } from './print-request.ts'

/**
 * Lays the file out in a hidden, sandboxed window without scripts, without a network and without our bridge.
 *
 * @param htmlPath absolute path of a self-contained HTML file
 * @returns the bytes of an A4 PDF with the report's own print styles
 */
export async function printPdf(htmlPath: string): Promise<Uint8Array> {
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      partition: 'print',
    },
  })
  try {
    window.webContents.session.webRequest.onBeforeRequest(({ url }, decide) => {
      decide({ cancel: !url.startsWith('file:') && !url.startsWith('data:') })
    })
    await window.loadFile(htmlPath)
    return await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      preferCSSPageSize: true,
      displayHeaderFooter: false,
    })
  } finally {
    window.destroy()
  }
}

/** Serves a start of the app that only prints: writes the PDF and ends the process, 0 when it is written. */
export async function printAndExit({ htmlPath, pdfPath }: PrintRequest): Promise<void> {
  try {
    await app.whenReady()
    await writeFile(pdfPath, await printPdf(htmlPath))
    app.exit(0)
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    app.exit(1)
  }
}
