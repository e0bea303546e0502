/** The CLI has no browser to lay out a PDF with: it starts the app with two switches that ask for just that. */

export interface PrintRequest {
  /** Absolute path of a self-contained HTML file. */
  readonly htmlPath: string
  /** Absolute path of the PDF to write. */
  readonly pdfPath: string
}

const htmlSwitch = '--print-pdf='
const pdfSwitch = '--print-pdf-to='

/** @returns null for an ordinary start: only both switches together ask for printing */
export function readPrintRequest(parameters: readonly string[]): PrintRequest | null {
  const htmlPath = valueOf(htmlSwitch, parameters)
  const pdfPath = valueOf(pdfSwitch, parameters)
  return htmlPath === null || pdfPath === null ? null : { htmlPath, pdfPath }
}

function valueOf(name: string, parameters: readonly string[]): string | null {
  const found = parameters.find((parameter) => parameter.startsWith(name))
  const value = found?.slice(name.length) ?? ''
  return value === '' ? null : value
}
