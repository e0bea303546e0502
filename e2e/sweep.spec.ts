/** A strength as an axis: planned on one row, run as jobs, read as figures; and what a map and a study of activations show. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { seriousViolations } from './look.ts'
import { saveScreenshot } from './screenshot.ts'
import { makeConfiguration, open, queuePill } from './steps.ts'

const runTimeoutMs = 240_000

function region(page: Page, name: string | RegExp) {
  return page.getByRole('region', { name })
}

async function addToPlan(page: Page, button: string, names: readonly RegExp[]): Promise<void> {
  for (const name of names) {
    await page.getByRole('button', { name: button }).click()
    await page.getByRole('menuitem', { name }).click()
  }
}

test('a sweep is planned on one row and read as safety and utility against strength', async ({
  page,
}) => {
  test.setTimeout(runTimeoutMs + 120_000)
  await makeConfiguration(page, { name: 'as it is' })
  await makeConfiguration(page, { name: 'sparse', sparsity: 0.5 })

  await test.step('one row takes several strengths', async () => {
    await open(page, '/new')
    await addToPlan(page, 'Add a configuration', [/^as it is/, /^sparse/])
    await addToPlan(page, 'Add a suite', [
      /^Starter \(harmful\)/,
      /^Starter \(benign\)/,
      /^Plain text/,
    ])
    for (const suite of ['Starter (harmful)', 'Starter (benign)']) {
      const head = page.getByRole('columnheader', { name: suite })
      await head.getByRole('spinbutton', { name: 'Samples' }).fill('12')
    }
    await page.getByRole('button', { name: 'Strengths …' }).click()
    const values = page.getByRole('textbox', { name: 'Sparsity, several values' })
    await values.fill('0.3, 1.4')
    await expect(page.getByText('1.4 is outside', { exact: false })).toBeVisible()
    await values.fill('0.3, 0.5, 0.7')
    await page.getByRole('button', { name: 'Use 3 values' }).click()
    await expect(page.getByText('Sparsity: 0.3, 0.5, 0.7')).toBeVisible()
    await page.getByRole('checkbox', { name: 'Search the most vulnerable setting' }).check()
    await page.getByRole('spinbutton', { name: 'Rounds' }).fill('1')
    const estimate = region(page, 'Estimate')
    await expect(estimate).toContainText('4 configurations')
    await expect(estimate).toContainText('12 jobs')
    expect(await seriousViolations(page)).toEqual([])
    await saveScreenshot(page, 'new-evaluation-sweep')
  })

  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(region(page, 'Jobs')).toBeVisible()
  await expect(queuePill(page)).toContainText('idle', { timeout: runTimeoutMs })
  await page.getByRole('main').getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByTestId('verdict')).not.toBeEmpty()

  await test.step('the figure says what it draws, for screen readers too', async () => {
    const figure = page.getByRole('figure', { name: 'Safety against sparsity' })
    await expect(figure.locator('svg').first()).toBeVisible()
    const rows = figure.getByRole('table').getByRole('row').filter({ hasText: 'attack success' })
    expect(await rows.count(), 'a row for each measured strength').toBeGreaterThanOrEqual(3)
    for (const strength of ['0.3', '0.5', '0.7']) {
      await expect(rows.filter({ hasText: strength }).first()).toContainText('sparse')
    }
    await expect(page.getByRole('figure', { name: 'Perplexity against sparsity' })).toBeVisible()
    await expect(region(page, 'Most vulnerable setting')).toContainText(
      'Within 1.50 times the baseline’s perplexity',
    )
    await expect(page.getByRole('figure', { name: /Pareto front/ })).toBeVisible()
    expect(await seriousViolations(page)).toEqual([])
    await saveScreenshot(page, 'compare-sweep')
    await page.getByRole('figure', { name: /Pareto front/ }).scrollIntoViewIfNeeded()
    await saveScreenshot(page, 'compare-pareto')
  })
})

const mapPlan = `version: 1
name: Where it breaks
configurations:
  - name: as it is
    modelId: actbench-tiny
    provider: cpu
    decoding: { maxNewTokens: 24 }
  - name: INT4
    modelId: actbench-tiny
    provider: cpu
    decoding: { maxNewTokens: 24 }
    interventions: [{ id: activation-quantisation, params: { bits: 4, toLayer: 2 } }]
    map: layer-and-input
  - name: INT4 everywhere
    modelId: actbench-tiny
    provider: cpu
    decoding: { maxNewTokens: 24 }
    interventions: [{ id: activation-quantisation, params: { bits: 4 } }]
suites:
  - { id: starter-harmful, limit: 12 }
analyses:
  - { kind: activation-space, harmful: starter-harmful, harmless: starter-benign, limit: 16 }
`

test('a layer map leads to samples, and the activation space shows each layer', async ({
  page,
}) => {
  test.setTimeout(runTimeoutMs + 120_000)
  await open(page, '/new')
  await page.getByRole('button', { name: 'Paste a plan' }).click()
  await page.getByRole('textbox', { name: 'Plan' }).fill(mapPlan)
  await page.getByRole('button', { name: 'Use it' }).click()
  await expect(page.getByRole('combobox', { name: 'Layers of INT4', exact: true })).toHaveValue(
    'layer-and-input',
  )
  await expect(page.getByRole('checkbox', { name: 'Look into the activation space' })).toBeChecked()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(region(page, 'Jobs')).toBeVisible()
  await expect(queuePill(page)).toContainText('idle', { timeout: runTimeoutMs })
  await saveScreenshot(page, 'run-map')
  await page.getByRole('main').getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByTestId('verdict')).not.toBeEmpty()

  await test.step('the map is read by keyboard, cell by cell', async () => {
    await expect(page.getByRole('button', { name: 'Columns (2 of 14)' })).toBeVisible()
    const map = region(page, /^Layer map/)
    const metric = map.getByRole('combobox', { name: 'Metric' })
    const margin = await metric.locator('option', { hasText: 'Refusal margin' }).first().innerText()
    await metric.selectOption({ label: margin })
    const cell = map.getByRole('button', { name: /^down, layer 1:/ })
    await map.getByRole('button', { name: /^down, layer 0:/ }).focus()
    await page.keyboard.press('ArrowRight')
    await expect(cell).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.locator('#samples')).toBeInViewport()
    await expect(
      page.getByRole('region', { name: 'Configurations compared' }).getByRole('article'),
    ).toContainText(['as it is', 'INT4 @1 down'])
    await map.scrollIntoViewIfNeeded()
    await saveScreenshot(page, 'compare-layer-map')
  })

  await test.step('the activation space is drawn for the layer that the slider names', async () => {
    const space = region(page, 'Activation space')
    await space.scrollIntoViewIfNeeded()
    await space.getByRole('slider', { name: 'Layer' }).focus()
    await page.keyboard.press('Home')
    await expect(space.getByRole('figure', { name: 'Where prompts lie at layer 0' })).toBeVisible()
    await expect(space.getByRole('figure', { name: 'Separation by layer' })).toBeVisible()
    expect(await seriousViolations(page)).toEqual([])
    await saveScreenshot(page, 'compare-activation-space')
  })
})
