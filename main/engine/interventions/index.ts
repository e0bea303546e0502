/** Every intervention there is. Adding one is adding its file and one line here. */
import { ActbenchError } from '#contract/errors'
import { activationQuantisation } from './activation-quantisation.ts'
import { activationSparsity } from './activation-sparsity.ts'
import { additiveNoise } from './additive-noise.ts'
import { bolt } from './bolt.ts'
import { bumblebee } from './bumblebee.ts'
import { cats } from './cats.ts'
import { iron } from './iron.ts'
import { nexus } from './nexus.ts'
import { omniquant } from './omniquant.ts'
import { polynomialActivation } from './polynomial-activation.ts'
import { smoothquant } from './smoothquant.ts'
import type { Intervention } from './types.ts'

// Each record is typed by its own parameters; the list erases them, and `params` gives them back by parsing.
const list: readonly unknown[] = [
  activationSparsity,
  cats,
  activationQuantisation,
  smoothquant,
  omniquant,
  iron,
  bolt,
  bumblebee,
  nexus,
  polynomialActivation,
  additiveNoise,
]
export const interventions = list as readonly Intervention[]

/** The record with this id. Throws `not-found` with the ids that exist. */
export function findIntervention(id: string): Intervention {
  const found = interventions.find((intervention) => intervention.id === id)
  if (found !== undefined) return found
  throw new ActbenchError({
    code: 'not-found',
    message: `There is no intervention "${id}".`,
    remedy: `Known: ${interventions.map((intervention) => intervention.id).join(', ')}.`,
  })
}
