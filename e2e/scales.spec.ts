/** Trained scales from their file to a configuration that names them by their sha256. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from './fixtures.ts'
import { callApp, open, willChoose } from './steps.ts'

const file = resolve(
  import.meta.dirname,
  '../main/engine/trained-scales/fixtures/llama-a4.safetensors',
)

test('OmniQuant takes scales from a file that was chosen, and from no other', async ({
  app,
  page,
}) => {
  await open(page, '/configurations/new')
  await page.getByRole('button', { name: 'Add an intervention' }).click()
  await page.getByRole('menuitem', { name: /^OmniQuant/ }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('trained')
  const scales = page.getByRole('textbox', { name: 'Scales' })
  await expect(scales).toHaveAttribute('placeholder', 'none: the start of the method')
  await scales.fill(file)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.locator('#page').getByText('was not chosen here')).toBeVisible()

  await willChoose(app, file)
  await scales
    .locator('xpath=ancestor::div[contains(@class, "field")]')
    .getByRole('button', { name: 'Choose a file' })
    .click()
  await expect(scales).toHaveValue(file)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'trained' })).toBeVisible()
  const [saved] = await callApp<{ configuration: Record<string, unknown> }[]>(
    page,
    'configurations.list',
    {},
  ).then((all) => all.filter((one) => Reflect.get(one, 'name') === 'trained'))
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  expect(saved?.configuration['interventions']).toMatchObject([{ params: { scales: sha256 } }])
})
