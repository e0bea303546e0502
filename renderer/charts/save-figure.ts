/** A chart as a file: its SVG with the theme's colours written in, or the same as a PNG at twice the size. */

const copiedProperties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const
const svgNamespace = 'http://www.w3.org/2000/svg'
const margin = 16
const titleHeight = 28

/** The SVG text of a drawn chart with title and background; custom properties are resolved. */
export function printSvg(plot: SVGSVGElement, title: string): string {
  const { width, height } = plot.getBoundingClientRect()
  const copy = plot.cloneNode(true) as SVGSVGElement
  copyComputed(plot, copy)
  const sheet = document.createElementNS(svgNamespace, 'svg')
  sheet.setAttribute('xmlns', svgNamespace)
  sheet.setAttribute('width', String(width + 2 * margin))
  sheet.setAttribute('height', String(height + titleHeight + 2 * margin))
  const style = getComputedStyle(document.body)
  sheet.append(
    element('rect', {
      width: '100%',
      height: '100%',
      fill: getComputedStyle(plot.closest('.card') ?? document.body).backgroundColor,
    }),
    element(
      'text',
      {
        x: String(margin),
        y: String(margin + 14),
        fill: style.color,
        'font-family': style.fontFamily,
        'font-size': '14',
        'font-weight': '600',
      },
      title,
    ),
  )
  copy.setAttribute('x', String(margin))
  copy.setAttribute('y', String(margin + titleHeight))
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  sheet.append(copy)
  return new XMLSerializer().serializeToString(sheet)
}

function element(name: string, attributes: Record<string, string>, text = ''): SVGElement {
  const made = document.createElementNS(svgNamespace, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.textContent = text
  return made
}

function copyComputed(from: Element, to: Element): void {
  const style = getComputedStyle(from)
  for (const property of copiedProperties) {
    const value = style.getPropertyValue(property)
    if (value !== '') to.setAttribute(property, value)
  }
  to.removeAttribute('class')
  to.removeAttribute('style')
  Array.from(from.children).forEach((child, index) => {
    const twin = to.children[index]
    if (twin !== undefined) copyComputed(child, twin)
  })
}

const pngScale = 2

/** Draws an SVG text as a PNG. Rejects when the image cannot be read. */
export async function renderPng(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width * pngScale
  canvas.height = image.height * pngScale
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The chart could not be drawn as a PNG.'))
      else resolve(blob)
    }, 'image/png')
  })
}
