/** Looking at pages as a person would: in both themes, with a picture, and through axe-core's eyes. */
import { AxeBuilder } from '@axe-core/playwright'
import type { ElectronApplication, Page } from '@playwright/test'
import { expect } from './fixtures.ts'
import { saveScreenshot } from './screenshot.ts'
import { callApp, open } from './steps.ts'

export async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await callApp(page, 'settings.set', { theme })
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
}

/** Serious and critical violations as readable lines; empty when all is well. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Electron opens no second page for axe's own frame, which only the legacy mode does without.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

/** Opens an address, takes a picture in each theme and fails on serious violations. */
export async function lookAt(page: Page, name: string, address: string): Promise<void> {
  await open(page, address)
  const [path = ''] = address.split('?')
  await expect(page.locator('main')).toHaveAttribute('data-address', path)
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    await saveScreenshot(page, `${name}-${theme}`)
    expect(await seriousViolations(page), `${name}, ${theme}`).toEqual([])
  }
}

export async function resize(app: ElectronApplication, width: number, height: number) {
  await app.evaluate(
    ({ BrowserWindow }, size) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height)
    },
    { width, height },
  )
}
