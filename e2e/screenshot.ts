import type { Page } from '@playwright/test'
import { join, resolve } from 'node:path'

const projectRoot = resolve(import.meta.dirname, '..')

/**
 * Saves a picture of the page: into docs/screenshots when ACTBENCH_SCREENSHOTS=1, else beside the test results.
 *
 * @param name kebab-case, without extension, for example `compare-dark`
 * @returns path of the picture
 */
export async function saveScreenshot(page: Page, name: string): Promise<string> {
  const folder =
    process.env.ACTBENCH_SCREENSHOTS === '1'
      ? join(projectRoot, 'docs', 'screenshots')
      : join(projectRoot, 'test-results', 'screenshots')
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  return path
}
