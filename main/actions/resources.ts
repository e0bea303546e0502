/** What ships with the app, below one folder. */
import { join } from 'node:path'

export interface EmbeddedModel {
  /** What plans call it. */
  readonly name: string
  /** A GGUF file or a safetensors directory. */
  readonly path: string
  readonly licence: string
}

export interface Resources {
  readonly folder: string
  /** In the order in which they are registered: the last one is listed first. */
  readonly embeddedModels: readonly EmbeddedModel[]
  readonly demoPlan: string
  readonly calibrationText: string
  readonly probeText: string
  /** Folder of scales that were trained for models which people have, `NAME.safetensors` each. */
  readonly trainedScales: string
}

/** The embedded model of the demo. */
export const demoModel = 'actbench-tiny'

export function locateResources(folder: string): Resources {
  return {
    folder,
    embeddedModels: [
      {
        name: 'actbench-nlu',
        path: join(folder, 'models', 'actbench-nlu', 'actbench-nlu.gguf'),
        licence: 'cc-by-4.0',
      },
      {
        name: demoModel,
        path: join(folder, 'models', demoModel),
        licence: 'apache-2.0',
      },
    ],
    demoPlan: join(folder, 'plans', 'demo.yaml'),
    calibrationText: join(folder, 'calibration', 'plain.txt'),
    probeText: join(folder, 'text', 'perplexity.txt'),
    trainedScales: join(folder, 'scales'),
  }
}
