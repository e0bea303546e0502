/** For stories that begin where the demo ended: it runs once for all of them, and each gets a copy of that profile. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, launchApp, test as base } from './fixtures.ts'
import { queuePill } from './steps.ts'

const demoTimeoutMs = 300_000

export const test = base.extend<object, { finishedDemo: string }>({
  finishedDemo: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'actbench-demo-'))
      await runDemo(folder)
      await use(folder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
    { scope: 'worker', timeout: demoTimeoutMs + 60_000 },
  ],

  profile: async ({ finishedDemo, profile }, use) => {
    // Chromium's own files belong to one process; only what is ours is copied.
    cpSync(finishedDemo, profile, {
      recursive: true,
      filter: (path) => path !== join(finishedDemo, 'chromium'),
    })
    await use(profile)
  },
})

async function runDemo(profile: string): Promise<void> {
  const app = await launchApp(profile)
  const page = await app.firstWindow()
  await page.getByRole('button', { name: 'Run the demo' }).click()
  await expect(page.getByRole('region', { name: 'Jobs' })).toBeVisible()
  await expect(queuePill(page)).toContainText('idle', { timeout: demoTimeoutMs })
  await expect(page.getByText('360 of 360 samples')).toBeVisible()
  await app.close()
}
