/** Intent and slots by language: the embedded model reads requests in 24 languages, untouched and changed, and the page says who loses. */
import { expect, test } from './fixtures.ts'
import { seriousViolations, setTheme } from './look.ts'
import { saveScreenshot } from './screenshot.ts'
import { open, queuePill, textOf } from './steps.ts'

const runTimeoutMs = 240_000

const plan = `version: 1
name: Who loses first
configurations:
  - { name: as it is, modelId: actbench-nlu, provider: cpu }
  - name: sparse
    modelId: actbench-nlu
    provider: cpu
    interventions: [{ id: activation-sparsity, params: { sparsity: 0.7 } }]
suites:
  - { id: massive-starter }
`

const options = `version: 1
name: Options of suites
configurations:
  - { name: as it is, modelId: actbench-nlu, provider: cpu }
suites:
  - { id: massive, limit: 300 }
  - { id: massive-slots, limit: 300 }
`

test('partition and worked examples are chosen where a suite has them', async ({ page }) => {
  await open(page, '/new')
  await page.getByRole('button', { name: 'Paste a plan' }).click()
  await page.getByRole('textbox', { name: 'Plan' }).fill(options)
  await page.getByRole('button', { name: 'Use it' }).click()
  const table = page.getByRole('region', { name: 'Plan' })
  await table
    .getByRole('combobox', { name: 'Partition of MASSIVE', exact: true })
    .selectOption('dev')
  const examples = table.getByRole('spinbutton', { name: /^Worked examples of MASSIVE slots/ })
  await expect(examples).toHaveAttribute('placeholder', '8')
  await examples.fill('4')
  await expect(table.getByRole('spinbutton', { name: /^Worked examples/ })).toHaveCount(1)
  await table.getByRole('button', { name: 'All utterances of MASSIVE', exact: true }).click()
  await expect(table.getByRole('spinbutton', { name: 'Utterances' }).first()).toHaveValue('')
  expect(await seriousViolations(page)).toEqual([])
  await saveScreenshot(page, 'new-evaluation-utterances')
})

test('a change is read language by language, down to the words of an utterance', async ({
  page,
}) => {
  test.setTimeout(runTimeoutMs + 120_000)
  await open(page, '/new')
  await page.getByRole('button', { name: 'Paste a plan' }).click()
  await page.getByRole('textbox', { name: 'Plan' }).fill(plan)
  await page.getByRole('button', { name: 'Use it' }).click()
  await expect(page.getByRole('region', { name: 'Estimate' })).toContainText('2 jobs')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Jobs' })).toBeVisible()
  await expect(queuePill(page)).toContainText('idle', { timeout: runTimeoutMs })
  await page.getByRole('main').getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByTestId('verdict')).not.toBeEmpty()

  const languages = page.getByTestId('languages')
  await test.step('every language has a row with what both configurations reach', async () => {
    await languages.scrollIntoViewIfNeeded()
    await expect(languages.getByRole('heading', { level: 2 })).toContainText('Languages: intent')
    const spread = languages.getByRole('region', { name: 'Spread over languages' })
    await expect(spread.getByRole('row')).toHaveCount(3)
    for (const language of ['English', 'Arabic', 'Japanese', 'Amharic']) {
      await expect(languages.getByRole('rowheader', { name: language })).toBeVisible()
    }
    expect(await seriousViolations(page)).toEqual([])
    await saveScreenshot(page, 'compare-languages')
  })

  await test.step('another metric, the values in place of the changes, and languages in groups', async () => {
    const metric = languages.getByRole('combobox', { name: 'Metric by language' })
    const f1 = await metric.locator('option', { hasText: /slot/i }).first().innerText()
    await metric.selectOption({ label: f1 })
    await expect(languages.getByRole('heading', { level: 2 })).toContainText(/slot/i)

    const cell = languages
      .getByRole('row', { name: /^English/ })
      .locator('[data-cell]')
      .last()
    const change = await textOf(cell)
    expect(change, 'a change has a sign, or is none').toMatch(/^([+−]|0\.0)/)
    await languages.getByRole('button', { name: 'Value', exact: true }).click()
    await expect(cell).not.toHaveText(change)
    await expect(cell).toContainText(/^\d/)
    await languages.getByRole('button', { name: 'Change from A' }).click()
    await expect(cell).toHaveText(change)

    await languages
      .getByRole('combobox', { name: 'Group languages' })
      .selectOption({ label: 'By script' })
    await expect(languages.locator('.group-title').filter({ hasText: 'Arabic' })).toBeVisible()
    await languages.getByRole('combobox', { name: 'Group languages' }).selectOption({ index: 0 })
  })

  const errors = page.getByTestId('nlu-errors')
  await test.step('what goes wrong: intents, slots and domains, beside the baseline', async () => {
    await errors.scrollIntoViewIfNeeded()
    const table = errors.getByTestId('nlu-error-table')
    await expect(table.getByRole('rowheader').first()).toBeVisible({ timeout: 30_000 })
    await expect(table.getByRole('columnheader')).toHaveCount(3)
    await errors.getByRole('button', { name: 'Domains: exact match' }).click()
    await expect(table.getByRole('rowheader', { name: 'alarm' })).toBeVisible()
    const bars = errors.getByRole('figure', { name: 'Exact match by domain' })
    await expect(bars.locator('.recharts-bar-rectangle').first()).toBeVisible()
    const domains = await table.getByRole('rowheader').count()
    await expect(bars.locator('caption + thead + tbody tr')).toHaveCount(domains)
    await saveScreenshot(page, 'compare-errors-domains')
    await errors.getByRole('button', { name: 'Slots' }).click()
    const date = table.getByRole('row', { name: /^date/ })
    await expect(date.getByRole('cell').first()).toContainText(/\d+ of \d+, \d+ predicted/)
    const all = await textOf(date.getByRole('cell').first())
    await errors
      .getByRole('combobox', { name: 'Language of the errors' })
      .selectOption({ label: 'Arabic (ar-SA)' })
    await expect(date.getByRole('cell').first()).not.toHaveText(all)
    expect(await seriousViolations(page)).toEqual([])
    await saveScreenshot(page, 'compare-errors-slots')
  })

  await test.step('a confusion leads to its samples', async () => {
    await errors.getByRole('combobox', { name: 'Language of the errors' }).selectOption('')
    await errors.getByRole('button', { name: 'Confused intents' }).click()
    const table = errors.getByTestId('nlu-error-table')
    // The one whose change under the intervention is the worst.
    await table.getByRole('button', { name: /sparse/ }).click()
    await saveScreenshot(page, 'compare-errors-light')
    await setTheme(page, 'dark')
    await saveScreenshot(page, 'compare-errors-dark')
    expect(await seriousViolations(page)).toEqual([])
    await setTheme(page, 'light')
    const row = table.getByRole('row').nth(1)
    await row.getByRole('button').click()
    await expect(page.locator('#samples')).toBeInViewport()
    const filter = page.getByRole('button', { name: / taken for .* ✕$/ })
    await expect(filter).toBeVisible()
    await filter.click()
    await expect(filter).toHaveCount(0)
  })

  await test.step('a language leads to its utterances, read from right to left', async () => {
    const arabic = languages.getByRole('row', { name: /^Arabic/ })
    await arabic.locator('[data-cell]').first().focus()
    await page.keyboard.press('ArrowRight')
    await expect(arabic.locator('[data-cell]').last()).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.locator('#samples')).toBeInViewport()
    await page.getByText('ar-SA/2', { exact: true }).click()
    const utterance = page.locator('.utterance[lang="ar-SA"]').first()
    await expect(utterance).toBeVisible()
    expect(await utterance.evaluate((node) => getComputedStyle(node).direction)).toBe('rtl')
    await saveScreenshot(page, 'compare-utterances')
  })
})
