/** The four parameters that say which layers an intervention changes, as one phrase. */
import type { Json } from '#contract/json'
import { editableText, writeValue } from './params-text.ts'

/** Nearly every intervention has these four, and most people leave them alone. */
export const layerFields: readonly string[] = [
  'fromLayer',
  'toLayer',
  'exceptLayers',
  'strengthByLayer',
]

/** `all`, `from 4`, `0 to 11 except 3, own strengths 7: 0`. */
export function layersText({
  fromLayer = 0,
  toLayer = null,
  exceptLayers,
  strengthByLayer,
}: Readonly<Record<string, Json>>): string {
  const range =
    toLayer === null
      ? fromLayer === 0
        ? 'all'
        : `from ${writeValue(fromLayer)}`
      : `${writeValue(fromLayer)} to ${writeValue(toLayer)}`
  const except = editableText(exceptLayers)
  const own = editableText(strengthByLayer)
  return [
    range,
    except === '' ? '' : ` except ${except}`,
    own === '' ? '' : `, own strengths ${own}`,
  ].join('')
}
