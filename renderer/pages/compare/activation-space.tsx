import { Slider } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import type { ActivationSpaceResult, Comparison } from '#contract/comparisons'
import { Groups, type PointGroup } from '../../charts/groups.tsx'
import { Lines } from '../../charts/lines.tsx'
import { Letter } from '../../components/letter.tsx'
import { formatNumber, plural } from '../../format/numbers.ts'
import { seriesAt, seriesOfLetter } from '../../format/series.ts'

type Analysis = Comparison['analyses'][number]
type Layer = ActivationSpaceResult['layers'][number]

/** Why safety degrades: where harmful and harmless prompts lie, layer by layer, before and after the change. */
export function ActivationSpace({ comparison }: { comparison: Comparison }): ReactNode {
  const { analyses, columns } = comparison
  const [chosen, setChosen] = useState<string | null>(null)
  const analysis = analyses.find(({ jobId }) => jobId === chosen) ?? analyses[0]
  const column = columns[analysis?.column ?? -1]
  if (analysis === undefined || column === undefined) return null
  return (
    <section className="stack" aria-label="Activation space">
      <div className="line">
        <h2>Activation space</h2>
        {analyses.length > 1 ? (
          <label className="line">
            <span className="visually-hidden">Configuration</span>
            <select
              className="select"
              value={analysis.jobId}
              onChange={(event) => setChosen(event.target.value)}
            >
              {analyses.map(({ jobId, column: index }) => (
                <option key={jobId} value={jobId}>
                  {columns[index]?.letter} {columns[index]?.name}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <span className="line">
            <Letter letter={column.letter} />
            <bdi dir="auto">{column.name}</bdi>
          </span>
        )}
      </div>
      <Study key={analysis.jobId} analysis={analysis} letter={column.letter} name={column.name} />
    </section>
  )
}

function Study({
  analysis,
  letter,
  name,
}: {
  analysis: Analysis
  letter: string
  name: string
}): ReactNode {
  const { result } = analysis
  const [chosen, setChosen] = useState<number | null>(null)
  const place = Math.min(chosen ?? mostMoved(result.layers), result.layers.length - 1)
  const layer = result.layers[place]
  if (layer === undefined) return <p className="soft">No layer was read.</p>
  return (
    <>
      <LayerSlider layers={result.layers} place={place} onChange={setChosen} />
      <div className="columns-2">
        <LayerScatter result={result} layer={layer} />
        <Separability result={result} letter={letter} name={name} />
      </div>
    </>
  )
}

/** The layer at which most changed harmful prompts look harmless; the middle one where none does. */
function mostMoved(layers: readonly Layer[]): number {
  const rates = layers.map(({ flipRate }) => flipRate)
  const highest = Math.max(0, ...rates)
  return highest > 0 ? rates.indexOf(highest) : Math.floor(layers.length / 2)
}

function LayerSlider({
  layers,
  place,
  onChange,
}: {
  layers: readonly Layer[]
  place: number
  onChange: (place: number) => void
}): ReactNode {
  const layer = layers[place]
  return (
    <div className="line">
      <span style={{ minWidth: 70 }}>Layer {layer?.layer}</span>
      <Slider.Root
        className="slider"
        style={{ maxWidth: 420 }}
        min={0}
        max={Math.max(1, layers.length - 1)}
        step={1}
        value={[place]}
        onValueChange={([next]) => next !== undefined && onChange(next)}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb className="slider-thumb" aria-label="Layer" />
      </Slider.Root>
      {layer !== undefined && (
        <span className="soft">
          {formatNumber(layer.flipRate * 100, 1)}% of the harmful prompts lie nearer to the harmless
          ones after the change
        </span>
      )}
    </div>
  )
}

function LayerScatter({
  result,
  layer,
}: {
  result: ActivationSpaceResult
  layer: Layer
}): ReactNode {
  const { points, explained } = layer
  const groups: PointGroup[] = [
    group('harmful, before', 'var(--series-6)', 'circle', false, points.harmful),
    group('harmful, after', 'var(--series-6)', 'circle', true, points.harmfulAfter),
    group('harmless, before', 'var(--series-5)', 'square', false, points.harmless),
    group('harmless, after', 'var(--series-5)', 'square', true, points.harmlessAfter),
  ]
  const share = (part: number) => `${formatNumber(part * 100, 0)}% of variance`
  return (
    <Groups
      title={`Where prompts lie at layer ${layer.layer}`}
      xTitle={`component 1, ${share(explained[0])}`}
      yTitle={`component 2, ${share(explained[1])}`}
      groups={groups}
      note={`${plural(result.samples.harmful, 'harmful prompt')} of ${result.harmful}, ${plural(result.samples.harmless, 'harmless one', 'harmless ones')} of ${result.harmless}; ${result.site} at the last token. Axes: principal components of the activations before the change, onto which those after it are projected too. Crosses are means, dashed after the change.`}
    />
  )
}

function group(
  name: string,
  color: string,
  shape: PointGroup['shape'],
  isHollow: boolean,
  points: PointGroup['points'],
): PointGroup {
  return { name, color, shape, isHollow, points }
}

const measures = {
  separation: {
    title: 'Separation',
    note: 'Distance of the means of harmful and harmless prompts over their pooled spread.',
  },
  silhouette: {
    title: 'Silhouette',
    note: 'How much nearer a prompt is to its own kind than to the other, from −1 to 1.',
  },
  cohesion: { title: 'Cohesion', note: 'Mean cosine among harmful prompts.' },
  flips: {
    title: 'Flips',
    note: 'Share of changed harmful prompts nearer to the mean of the harmless ones.',
  },
} as const
type Measure = keyof typeof measures

function Separability({
  result,
  letter,
  name,
}: {
  result: ActivationSpaceResult
  letter: string
  name: string
}): ReactNode {
  const [measure, setMeasure] = useState<Measure>('separation')
  const { title, note } = measures[measure]
  const values = (time: 'before' | 'after') =>
    result.layers.map((layer) => (measure === 'flips' ? layer.flipRate : layer[measure][time]))
  const after = { name, series: seriesOfLetter(letter), values: values('after') }
  return (
    <Lines
      title={`${title} by layer`}
      xTitle="layer"
      yTitle={title.toLocaleLowerCase()}
      labels={result.layers.map(({ layer }) => String(layer))}
      lines={
        measure === 'flips'
          ? [after]
          : [{ name: 'before the change', series: seriesAt(0), values: values('before') }, after]
      }
      note={`${note}${measure === 'flips' ? '' : ' A: the untouched model.'}`}
      height={320}
      tools={
        <select
          className="select"
          aria-label="Measure"
          value={measure}
          onChange={(event) => setMeasure(event.target.value as Measure)}
        >
          {Object.entries(measures).map(([key, { title: word }]) => (
            <option key={key} value={key}>
              {word}
            </option>
          ))}
        </select>
      }
    />
  )
}
