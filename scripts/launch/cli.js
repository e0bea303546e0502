/** Starts the built command line program under a Node that its native packages run on. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { projectRoot } from '../project.js'
import { modernNode } from './modern-node.js'

/**
 * @param {readonly string[]} parameters
 * @returns {Promise<number>} its exit code; 130 and the like when a signal ended it
 */
export function runCli(parameters) {
  const program = spawn(modernNode(), [join(projectRoot, 'out', 'main', 'cli.js'), ...parameters], {
    stdio: 'inherit',
  })
  // The terminal sends Ctrl+C to the whole group: the program decides when it is done, we wait for it.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => {
      if (signal === 'SIGTERM') program.kill(signal)
    })
  }
  return new Promise((resolve, reject) => {
    program.on('error', reject)
    program.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}
