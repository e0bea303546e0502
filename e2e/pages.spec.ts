/**
 * Every page in both themes: what a person sees, that axe-core finds nothing serious, and pictures to look at.
 * The filled pages come from the embedded comparison, run here for real.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from './fixtures.ts'
import { lookAt, resize, seriousViolations } from './look.ts'
import { saveScreenshot } from './screenshot.ts'
import { addressOf, open, willSaveTo } from './steps.ts'

const embeddedModel = resolve(import.meta.dirname, '../resources/models/actbench-tiny')
const demoTimeoutMs = 240_000

const emptyPages = [
  ['start', '/'],
  ['new-evaluation', '/new'],
  ['runs', '/runs'],
  ['compare', '/compare'],
  ['models', '/models'],
  ['add-model', '/models/add'],
  ['configurations', '/configurations'],
  ['new-configuration', '/configurations/new'],
  ['suites', '/suites'],
  ['suite', '/suites/advbench'],
  ['settings', '/settings'],
  ['unknown-address', '/nowhere'],
] as const

test('every page of an empty profile is readable in both themes', async ({ app, page }) => {
  test.setTimeout(180_000)
  await resize(app, 1280, 800)
  for (const [name, address] of emptyPages) await lookAt(page, `${name}-empty`, address)
})

test('the address outlives a restart', async ({ start }) => {
  const first = await start()
  await open(first.page, '/suites/advbench')
  // The address is stored when it has stood for a moment.
  await expect
    .poll(() =>
      first.page.evaluate(async () => {
        const bridge = Reflect.get(globalThis, 'actbench') as {
          call: (channel: string, input: unknown) => Promise<{ value: { lastAddress: string } }>
        }
        return (await bridge.call('settings.get', {})).value.lastAddress
      }),
    )
    .toBe('/suites/advbench')
  await first.app.close()
  const second = await start()
  await expect(second.page.getByRole('heading', { level: 1, name: 'AdvBench' })).toBeVisible()
})

test('the palette goes anywhere without a mouse', async ({ page }) => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog', { name: 'Find anything' })).toBeVisible()
  await page.keyboard.type('xstest')
  await expect(page.getByRole('option', { name: /XSTest/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'XSTest' })).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('the demo ends on a comparison that can be searched, opened and exported', async ({
  app,
  page,
  profile,
}) => {
  test.skip(!existsSync(embeddedModel), 'the embedded model is not in this checkout')
  test.setTimeout(demoTimeoutMs + 240_000)
  await resize(app, 1280, 800)
  await page.getByRole('button', { name: 'Run the demo' }).click()
  await expect(page.getByRole('region', { name: 'Jobs' })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('progressbar').first()).toBeVisible()
  await saveScreenshot(page, 'run-busy')
  await open(page, '/runs')
  await saveScreenshot(page, 'runs-busy')
  await page.getByRole('row', { name: /Demo/ }).click()
  await expect(page.getByRole('banner').getByText('idle')).toBeVisible({ timeout: demoTimeoutMs })
  await expect(page.getByRole('main').getByText('Done', { exact: true }).first()).toBeVisible()
  await lookAt(page, 'run', await addressOf(page))

  await page.getByRole('main').getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByTestId('verdict')).toBeVisible()
  await expect(page.getByTestId('metric-table')).toContainText('Attack success')
  const address = await addressOf(page)
  await lookAt(page, 'compare', address)
  await resize(app, 1920, 1080)
  await saveScreenshot(page, 'compare-wide')
  await resize(app, 1280, 800)

  const grid = page.getByRole('grid', { name: 'Samples side by side' })
  await grid.scrollIntoViewIfNeeded()
  await expect(grid.getByRole('button', { name: /^Show prompt/ }).first()).toBeVisible()
  await saveScreenshot(page, 'compare-samples-covered')
  await grid.focus()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const pane = page.getByRole('complementary')
  await expect(pane.getByText('refusal-keywords', { exact: false }).first()).toBeVisible()
  await page.keyboard.press('Control+Shift+H')
  await expect(pane.getByRole('button', { name: /^Show answer/ })).toHaveCount(0)
  await saveScreenshot(page, 'compare-sample')
  expect(await seriousViolations(page), 'open sample').toEqual([])
  await page.keyboard.press('Control+Shift+H')
  await page.keyboard.press('Escape')
  await expect(pane).toHaveCount(0)

  await page
    .getByRole('searchbox', { name: 'Search prompts and answers' })
    .fill('zzzz-no-such-text')
  await expect(grid.getByText('No sample matches')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search prompts and answers' }).fill('')
  await expect(grid.getByRole('row').nth(1)).toBeVisible()

  const report = join(profile, 'report.html')
  await willSaveTo(app, report)
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /^HTML/ }).click()
  await expect(page.getByText(`Saved ${report}`)).toBeVisible({ timeout: 30_000 })
  expect(readFileSync(report, 'utf8')).toContain('Attack success')
  await page.getByRole('button', { name: 'Dismiss' }).click()

  for (const [name, filled] of [
    ['start', '/'],
    ['runs', '/runs'],
    ['models', '/models'],
    ['suite', '/suites/starter-harmful'],
  ] as const) {
    await lookAt(page, name, filled)
  }
  await page.getByRole('link', { name: 'Models' }).first().click()
  await page
    .getByRole('main')
    .getByRole('link', { name: /actbench/i })
    .first()
    .click()
  await lookAt(page, 'model', await addressOf(page))
  await open(page, address)
  await page
    .getByRole('region', { name: 'Configurations compared' })
    .getByRole('link')
    .nth(1)
    .click()
  await expect(page.getByText('leaves the logits unchanged')).toBeVisible()
  const configuration = await addressOf(page)
  await lookAt(page, 'configuration', configuration)
  await page.getByRole('button', { name: 'Put on the list' }).click()
  await expect(page.getByRole('button', { name: 'Remove' })).toBeVisible()
  await lookAt(page, 'configurations', '/configurations')
  const hash = configuration.split('/').at(-1) ?? ''
  await lookAt(page, 'new-configuration', `/configurations/new?from=${hash}`)
  const plan = `/new?configurations=${hash}&suites=starter-harmful,starter-benign`
  await open(page, plan)
  await expect(page.getByText('2 jobs, 100 samples')).toBeVisible()
  await lookAt(page, 'new-evaluation', plan)
})
