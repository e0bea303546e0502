/**
 * Files of trained scales that interventions name. What a configuration names is read once and kept in the profile under its sha256, so
 * that a configuration means the same scales for ever, whatever happens to the file.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { type Configuration, type InterventionUse, scalesParam } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { Json } from '#contract/json'
import type { Model } from '#contract/models'
import type { Services } from './services.ts'

type Places = Pick<Services, 'paths' | 'resources' | 'catalog'>

const extension = '.safetensors'

/**
 * The same uses with each file named by its sha256; the files are kept. Throws `not-found`, `invalid-input` or `malformed-file` naming
 * intervention, file and what is wrong with it.
 */
export function keepTrainedScales(
  places: Places,
  uses: readonly InterventionUse[],
): InterventionUse[] {
  return uses.map(({ id, params }) => {
    const written = params[scalesParam]
    if (written === undefined) return { id, params }
    return { id, params: { ...params, [scalesParam]: keepEach(places, { id, written }) } }
  })
}

/** Several in a list are several values of a sweep. */
function keepEach(places: Places, { id, written }: { id: string; written: Json }): Json {
  if (Array.isArray(written)) return written.map((one) => keepEach(places, { id, written: one }))
  return typeof written === 'string' ? keep(places, { id, written }) : written
}

function keep(places: Places, use: { readonly id: string; readonly written: string }): string {
  const { catalog, paths } = places
  const isHash = /^[0-9a-f]{64}$/u.test(use.written)
  if (isHash && existsSync(keptPath(places, use.written))) return use.written
  const source = isHash ? shippedOfHash(places, use) : sourceOf(places, use)
  const { sha256 } = catalog.inspectScales(source)
  const kept = keptPath(places, sha256)
  if (existsSync(kept)) return sha256
  mkdirSync(paths.trainedScales, { recursive: true })
  // Whole or not at all, also where two processes keep the same file.
  const partial = `${kept}.${process.pid}`
  copyFileSync(source, partial)
  renameSync(partial, kept)
  return sha256
}

function keptPath({ paths }: Places, sha256: string): string {
  return join(paths.trainedScales, `${sha256}${extension}`)
}

function sourceOf(
  places: Places,
  { id, written }: { readonly id: string; readonly written: string },
): string {
  if (isAbsolute(written)) return written
  if (shippedNames(places).includes(written)) return shippedPath(places, written)
  throw new ActbenchError({
    code: 'not-found',
    message: `${id}.${scalesParam}: there are no scales ${JSON.stringify(written)}`,
    remedy: `Write the absolute path of a file of trained scales, or the name of one that ships: ${shippedNames(places).join(', ') || 'there is none'}.`,
  })
}

function shippedOfHash(
  places: Places,
  { id, written }: { readonly id: string; readonly written: string },
): string {
  const path = shippedNames(places)
    .map((name) => shippedPath(places, name))
    .find((shipped) => places.catalog.inspectScales(shipped).sha256 === written)
  if (path !== undefined) return path
  throw new ActbenchError({
    code: 'not-found',
    message: `${id}.${scalesParam}: there are no scales with sha256 ${written.slice(0, 12)} in this profile`,
    remedy: 'Write the path of the file in its place.',
  })
}

function shippedPath({ resources }: Places, name: string): string {
  return join(resources.trainedScales, `${name}${extension}`)
}

function shippedNames({ resources }: Places): string[] {
  if (!existsSync(resources.trainedScales)) return []
  return readdirSync(resources.trainedScales)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort()
}

/** Why a configuration's trained scales cannot be used, one sentence each. Its files are kept already. */
export function scalesProblems(
  places: Places,
  { configuration, model }: { readonly configuration: Configuration; readonly model: Model },
): string[] {
  return configuration.interventions.flatMap(({ id, params }) => {
    const sha256 = params[scalesParam]
    if (typeof sha256 !== 'string') return []
    const facts = places.catalog.inspectScales(keptPath(places, sha256))
    const wanted = { bits: Number(params['bits']), fingerprint: model.fingerprint }
    const misfits = places.catalog.scalesMisfits(facts, wanted)
    const start = places.catalog.interventionRecords().find((record) => record.id === id)
    return [
      ...misfits.map(
        ({ expected, found }) =>
          `${id}.${scalesParam}: ${facts.name} was trained for ${expected}, found ${found}`,
      ),
      ...(configuration.adapterId === undefined
        ? []
        : [`${id}.${scalesParam}: ${facts.name} was trained for the model without an adapter`]),
      // The same computation would only have another name.
      ...(params['alpha'] === start?.defaults['alpha']
        ? []
        : [`${id}.alpha: has no part in trained scales; leave it out`]),
    ]
  })
}
