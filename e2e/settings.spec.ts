/** Settings: what caches hold, and clearing one of them. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { lookAt, resize } from './look.ts'

test('a person sees how large a cache is, and clears it after being asked', async ({
  start,
  profile,
}) => {
  const folder = join(profile, 'cache')
  const file = join(folder, `${'ab'.repeat(16)}.weights`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, Buffer.alloc(2_500_000))
  const { app, page } = await start()
  await resize(app, 1280, 800)
  await lookAt(page, 'settings-caches', '/settings')
  const caches = page.getByRole('region', { name: 'Caches' })
  await expect(caches).toContainText('2.50 MB, 1 entry')
  await expect(caches.getByRole('button', { name: 'Clear Fitted calibrations' })).toBeDisabled()
  await caches.getByRole('button', { name: 'Clear Prepared weights' }).click()
  const question = page.getByRole('dialog', { name: 'Clear “Prepared weights”?' })
  await expect(question).toContainText('Results, models and datasets stay.')
  await question.getByRole('button', { name: 'Keep' }).click()
  expect(existsSync(file)).toBe(true)
  await caches.getByRole('button', { name: 'Clear Prepared weights' }).click()
  await question.getByRole('button', { name: 'Clear it' }).click()
  await expect(caches).toContainText('0 B, 0 entries')
  expect(existsSync(file)).toBe(false)
})
