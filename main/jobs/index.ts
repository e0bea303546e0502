/** The queue and the two ways to start its engine process (the Electron one has a door of its own: launch-utility.ts). */
export { createQueue, type Queue, type QueueOptions } from './queue.ts'
export { engineLimits, type EngineLimits } from './engine-client.ts'
export type { EngineProcess, LaunchEngine } from './engine-process.ts'
export type { JobRules } from './job-rules.ts'
export type { EnginePaths } from './job-spec.ts'
export { launchNode } from './launch-node.ts'
