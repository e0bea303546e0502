/** Configurations: stored complete, so that equal ones have equal hashes however much a person left out. */
import type { Configuration, Passport, StoredConfiguration } from '#contract/configurations'
import { configurations, passports } from '#db'
import { findAdapter } from './adapters.ts'
import { keepCalibrationText } from './calibration-texts.ts'
import { findModel } from './models.ts'
import type { Services } from './services.ts'
import { keepTrainedScales } from './trained-scales.ts'

export function listConfigurations({ db }: Services): StoredConfiguration[] {
  return configurations.listSaved(db.read)
}

/** Throws `not-found`. */
export function getConfiguration(
  { db }: Services,
  { hash }: { readonly hash: string },
): StoredConfiguration {
  return configurations.get(db.read, hash)
}

export function saveConfiguration(
  services: Services,
  { name, configuration }: { readonly name: string; readonly configuration: Configuration },
): StoredConfiguration {
  const stored = configurations.save(services.db.write, {
    name,
    configuration: completeConfiguration(services, configuration),
    now: services.clock(),
  })
  services.emit('configurations-changed', {})
  return stored
}

export function removeConfiguration(
  { db, emit }: Services,
  { hash }: { readonly hash: string },
): null {
  configurations.remove(db.write, hash)
  emit('configurations-changed', {})
  return null
}

export function getConfigurationPassport(
  { db }: Services,
  { hash }: { readonly hash: string },
): Passport | null {
  return passports.forConfiguration(db.read, hash)
}

/** Full ids of model and adapter, a kept calibration text and kept scales, every parameter written out. Throws `not-found` and `invalid-input` naming the field. */
export function completeConfiguration(
  services: Services,
  configuration: Configuration,
): Configuration {
  const { db, catalog } = services
  const { adapterId, calibrationText } = configuration
  return {
    ...configuration,
    modelId: findModel(db, configuration.modelId).id,
    ...(adapterId === undefined ? {} : { adapterId: findAdapter(db, adapterId).id }),
    ...(calibrationText === undefined
      ? {}
      : { calibrationText: keepCalibrationText(services, calibrationText) }),
    interventions: catalog.completeInterventions(
      keepTrainedScales(services, configuration.interventions),
    ),
  }
}
