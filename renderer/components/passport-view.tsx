import { ShieldCheck, ShieldX } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import type { Passport } from '#contract/configurations'
import type { ModelTask } from '#contract/models'
import { Lines } from '../charts/lines.tsx'
import { formatCount, formatNumber, formatSmall } from '../format/numbers.ts'
import { probeWords } from '../format/probe-words.ts'
import { seriesAt } from '../format/series.ts'
import { Moment } from './moment.tsx'

/** Instead of a verdict, where the model is left as it is. */
export function NothingToVerifyBadge(): ReactNode {
  return (
    <span className="badge" title="Nothing is changed: no intervention, exact precision.">
      Nothing to verify
    </span>
  )
}

/** Verified, or not: the word that stands beside every result. */
export function VerifiedBadge({ passport }: { passport: Passport | null }): ReactNode {
  return passport?.isVerified === true ? (
    <span className="badge good">
      <ShieldCheck size={12} aria-hidden /> Verified
    </span>
  ) : (
    <span className="badge warn">
      <ShieldX size={12} aria-hidden /> Not verified
    </span>
  )
}

/** The proof that the interventions acted as meant: what they changed, how much, and that strength zero changes nothing. */
export function PassportView({
  passport,
  task,
}: {
  passport: Passport
  /** Of the model: says what the probe looked at. */
  task: ModelTask | undefined
}): ReactNode {
  const words = probeWords(task)
  const layers = passport.relativeErrorByLayer
  return (
    <div className="stack wide">
      <dl className="facts">
        <dt>Checks</dt>
        <dd>
          <VerifiedBadge passport={passport} />
        </dd>
        <dt>Strength zero</dt>
        <dd>{strengthZeroText(passport)}</dd>
        <dt>{words.divergence}</dt>
        <dd>{formatSmall(passport.logitKlNats)} nats, mean over the probe</dd>
        <dt>{words.agreement}</dt>
        <dd>
          {formatNumber(passport.top1Agreement * 100, 1)}% of {formatCount(passport.probe.tokens)}{' '}
          probe positions
        </dd>
        {passport.errorFits?.map((fit) => (
          <Fragment key={fit.site}>
            <dt>{fit.site === 'up' ? 'Error at the MLP input' : 'Error before the MLP output'}</dt>
            <dd>{errorText(fit)}</dd>
          </Fragment>
        ))}
        <dt>Issued</dt>
        <dd>
          <Moment at={passport.issuedAt} />
        </dd>
        <dt>Recipe</dt>
        <dd className="mono">{passport.recipeHash}</dd>
      </dl>
      {passport.interventions.map((intervention, index) => (
        <details key={index}>
          <summary>
            <b>{intervention.id}</b> changed {formatCount(intervention.sitesChanged)} sites
          </summary>
          <p className="mono wrap-text soft">{intervention.siteNames.join('  ')}</p>
        </details>
      ))}
      {passport.calibration.map((fit) => (
        <p key={fit.interventionId} className="soft small">
          {fit.interventionId} was fitted on {formatCount(fit.tokens)} tokens of calibration text{' '}
          <span className="mono">{fit.textHash.slice(0, 12)}</span>.
        </p>
      ))}
      {passport.trainedScales?.map((scales) => (
        <p key={scales.sha256} className="soft small">
          {scales.interventionId} used the trained scales <bdi>{scales.name}</bdi> (file{' '}
          <span className="mono">{scales.sha256.slice(0, 12)}</span>), for {scales.bits} bits on{' '}
          {formatCount(scales.tokens)} tokens of <bdi>{scales.text}</bdi>.
        </p>
      ))}
      {layers.length > 0 && (
        <Lines
          title="Relative error of the residual stream by layer"
          xTitle="layer"
          yTitle="|x′ − x| / |x|"
          labels={layers.map((_, layer) => String(layer))}
          lines={[{ name: 'error', series: seriesAt(1), values: layers }]}
          note={`${words.errorNote} ${formatCount(passport.probe.tokens)} probe tokens.`}
        />
      )}
    </div>
  )
}

function errorText(fit: NonNullable<Passport['errorFits']>[number]): string {
  const { sigma, b, layers, laplaceLayers } = fit
  const likelier = `likelier Laplace in ${formatCount(laplaceLayers)} of ${formatCount(layers)} layers`
  return `Gauss σ ${formatSmall(sigma)}, Laplace b ${formatSmall(b)} (median of layers); ${likelier}`
}

function strengthZeroText({ strengthZeroHolds, strengthZeroMaxAbs }: Passport): string {
  if (strengthZeroHolds === null || strengthZeroMaxAbs === null)
    return 'It has no strength to set to zero.'
  const largest = `largest logit difference ${formatSmall(strengthZeroMaxAbs)}`
  return strengthZeroHolds
    ? `leaves the logits unchanged (${largest})`
    : `CHANGES the logits (${largest})`
}
