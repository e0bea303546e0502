import type { ModelTask } from '#contract/models'
import { useCall } from './use-call.ts'

/** What a registered model computes; undefined for a causal language model, and for one that is not known (yet, or any more). */
export function useModelTask(modelId: string): ModelTask | undefined {
  const models = useCall('models.list', {}, { refreshOn: ['models-changed'] })
  return models.data?.find(({ id }) => id === modelId)?.task
}
