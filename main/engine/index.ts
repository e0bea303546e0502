/** The full door: everything of the light one, and what runs models. Nothing else is visible from outside. */
export * from './catalog.ts'
export { runJob } from './run-job.ts'
export { detectProviders } from './runtime/providers.ts'
export { createWorkbench } from './workbench.ts'
