/** What ships with the app, below one folder. */
import { join } from 'node:path'

export interface Resources {
  readonly folder: string
  readonly embeddedModel: string
  readonly demoPlan: string
  readonly calibrationText: string
  readonly probeText: string
}

export function locateResources(folder: string): Resources {
  return {
    folder,
    embeddedModel: join(folder, 'models', 'actbench-tiny'),
    demoPlan: join(folder, 'plans', 'demo.yaml'),
    calibrationText: join(folder, 'calibration', 'plain.txt'),
    probeText: join(folder, 'text', 'perplexity.txt'),
  }
}
