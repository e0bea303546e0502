/** npm run bench: our decode and prefill speed beside node-llama-cpp on the same file and cores. See compare-engines.ts. */
import process from 'node:process'
import { restartUnderModernNode } from '../scripts/launch/modern-node.js'

restartUnderModernNode()
const { main } = await import('./compare-engines.ts')
process.exit(main(process.argv.slice(2)))
