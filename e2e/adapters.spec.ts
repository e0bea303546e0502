/** An adapter from its folder to a configuration that names it, with layers and values by layer. */
import { join, resolve } from 'node:path'
import { expect, test } from './fixtures.ts'
import { lookAt } from './look.ts'
import { callApp, open, willChoose } from './steps.ts'

const adapters = resolve(import.meta.dirname, '../resources/adapters')
const folder = 'qwen2.5-coder-0.5b-refusal-plain'

test('an adapter is read, added, named by a configuration and removed again', async ({
  app,
  page,
}) => {
  await open(page, '/models')
  await willChoose(app, join(adapters, folder))
  await page.getByRole('button', { name: 'Add an adapter' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an adapter' })
  await expect(dialog).toContainText('Rank')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('refusal')
  await dialog.getByRole('button', { name: 'Add the adapter' }).click()
  await expect(page.getByRole('complementary')).toContainText('Fingerprint')
  await page.keyboard.press('Escape')
  await lookAt(page, 'models-adapters', '/models')

  await test.step('a configuration takes it, with layers left out and values by layer', async () => {
    await open(page, '/configurations/new')
    const choice = page.getByRole('combobox', { name: 'Adapter' })
    const label = await choice.locator('option', { hasText: 'refusal' }).innerText()
    await choice.selectOption({ label })
    await page.getByRole('button', { name: 'Add an intervention' }).click()
    await page.getByRole('menuitem', { name: /^Activation sparsity/ }).click()
    await page.getByText('Which layers: all').click()
    const except = page.getByRole('textbox', { name: 'Except layers' })
    await except.fill('0-1, x')
    await expect(except).toHaveAttribute('aria-invalid', 'true')
    await except.fill('0-1')
    await page.getByRole('textbox', { name: 'Strength by layer' }).fill('2-3: 0.25')
    await expect(page.getByText('Which layers: all except 0, 1, own strengths')).toBeVisible()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('adapted')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'adapted' })).toBeVisible()
    const [saved] = await callApp<{ configuration: Record<string, unknown> }[]>(
      page,
      'configurations.list',
      {},
    ).then((all) => all.filter((one) => Reflect.get(one, 'name') === 'adapted'))
    expect(saved?.configuration['adapterId']).toMatch(/^refusal@[0-9a-f]{12}$/)
    expect(saved?.configuration['interventions']).toMatchObject([
      { params: { exceptLayers: [0, 1], strengthByLayer: { 2: 0.25, 3: 0.25 } } },
    ])
    const hash = Reflect.get(saved ?? {}, 'hash') as string
    await lookAt(page, 'configuration-adapted', `/configurations/new?from=${hash}`)
  })

  await test.step('removing it takes the entry, not the files', async () => {
    await open(page, '/models')
    await page.getByRole('list', { name: 'Adapters' }).getByRole('button').click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('button', { name: 'Remove the adapter' }).click()
    await expect(page.getByText('None yet. An adapter is a folder', { exact: false })).toBeVisible()
  })

  await lookAt(page, 'settings', '/settings')
})
