import type { Migration } from './types.ts'

/**
 * Speed is tokens over the time in which answers were made; loading, calibration and verification are running time too,
 * and made short jobs look slow.
 */
export const timeGenerating: Migration = {
  version: 5,
  title: 'time generating',
  sql: `
-- Part of active_ms in which samples were with the model.
ALTER TABLE jobs ADD COLUMN generating_ms INTEGER NOT NULL DEFAULT 0;
`,
}
