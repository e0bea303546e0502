/** Files that a plan names, from where its own file lies. */
import { resolve } from 'node:path'
import { type InterventionUse, scalesParam } from '#contract/configurations'
import type { Json } from '#contract/json'
import type { Plan } from '#contract/plans'

/** Calibration texts and trained scales are named from the plan file's own folder, as people expect of a file that names files. */
export function withFilesBeside(plan: Plan, folder: string): Plan {
  return {
    ...plan,
    configurations: plan.configurations.map((configuration) => {
      const { calibrationText, interventions } = configuration
      return {
        ...configuration,
        interventions: interventions.map((use) => withScalesBeside(use, folder)),
        ...(calibrationText === undefined || /^[0-9a-f]{64}$/u.test(calibrationText)
          ? {}
          : { calibrationText: resolve(folder, calibrationText) }),
      }
    }),
  }
}

/** A name without the ending of a file is that of scales that ship. */
function withScalesBeside({ id, params }: InterventionUse, folder: string): InterventionUse {
  const beside = (written: Json): Json => {
    if (Array.isArray(written)) return written.map(beside)
    const isFile = typeof written === 'string' && written.endsWith('.safetensors')
    return isFile ? resolve(folder, written) : written
  }
  const written = params[scalesParam]
  return written === undefined
    ? { id, params }
    : { id, params: { ...params, [scalesParam]: beside(written) } }
}
