import type { ReactNode } from 'react'
import { factsOfLocale } from '#contract/locales'
import type { PlanSuite } from '#contract/plans'

/** Which locales of a suite are run; none ticked: the suite's own choice. */
export function Locales({
  suite,
  locales,
  onChange,
}: {
  suite: PlanSuite
  locales: readonly string[]
  onChange: (locales: readonly string[]) => void
}): ReactNode {
  const chosen = suite.locales ?? []
  // In the suite's order, whatever the order of the clicks.
  const toggle = (locale: string, isChosen: boolean) =>
    onChange(locales.filter((one) => (one === locale ? isChosen : chosen.includes(one))))
  return (
    <details style={{ fontWeight: 400 }}>
      <summary className="small">
        Languages:{' '}
        {chosen.length === 0 ? 'the suite’s own choice' : `${chosen.length} of ${locales.length}`}
      </summary>
      <div className="stack tight" style={{ maxHeight: 220, overflowY: 'auto' }}>
        {locales.map((locale) => (
          <label key={locale} className="line small" style={{ flexWrap: 'nowrap' }}>
            <input
              type="checkbox"
              checked={chosen.includes(locale)}
              onChange={(event) => toggle(locale, event.target.checked)}
            />
            {factsOfLocale(locale).language} <span className="soft">{locale}</span>
          </label>
        ))}
      </div>
    </details>
  )
}
