import process from 'node:process'
import { build } from './launch/build.js'

process.exit(build() ? 0 : 1)
