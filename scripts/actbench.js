#!/usr/bin/env node
/** The command line program: builds if needed, then runs out/main/cli.js under a Node that its packages run on. */
import process from 'node:process'
import { buildIfNeeded } from './launch/build.js'
import { runCli } from './launch/cli.js'

process.exit(buildIfNeeded() ? await runCli(process.argv.slice(2)) : 1)
