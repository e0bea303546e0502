import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../project.js'
import { verifyKillResume } from './kill-resume.ts'

const modelPath = join(projectRoot, 'resources', 'models', 'actbench-tiny')

describe('kill -9 with the real engine on the embedded model', () => {
  it.skipIf(!existsSync(modelPath))(
    'loses and doubles no sample, and changes no answer',
    async () => {
      const report = await verifyKillResume({ modelPath, limit: 60, maxNewTokens: 48 })
      expect(report.samples).toBe(60)
      expect(
        report.cases.map(({ name, differences, missing, errors }) => [
          name,
          differences,
          missing,
          errors,
        ]),
      ).toEqual([
        ['kill -9 of the engine', [], 0, 0],
        ['kill -9 of the owner', [], 0, 0],
      ])
      expect(report.hold, JSON.stringify(report)).toBe(true)
    },
    180_000,
  )
})
