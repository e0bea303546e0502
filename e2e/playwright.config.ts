import { defineConfig, type ReporterDescription } from '@playwright/test'

const reportPath = process.env.ACTBENCH_E2E_REPORT
const reporters: ReporterDescription[] = [['list']]
if (reportPath !== undefined) reporters.push(['json', { outputFile: reportPath }])

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  reporter: reporters,
  // Each test runs a whole app with an engine; two at once would only slow each other down.
  workers: 1,
  // A test that passes at the second try is a broken test.
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI !== undefined,
})
