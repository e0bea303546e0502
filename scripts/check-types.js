/**
 * Type-checks every room with its own tsconfig and reports only the errors of that room's own files: a room
 * that imports another one must not judge it by the importer's stricter or looser options.
 *
 *   node scripts/check-types.js [room ...]
 */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import ts from 'typescript'
import { projectRoot } from './project.js'

const rooms = [
  'preload/contract',
  'preload',
  'main/engine',
  'db',
  'main',
  'renderer',
  'e2e',
  'scripts/verify',
  'bench',
  '.',
]

/** Source files are parsed once and shared by all rooms; their options agree in what parsing looks at. */
/** @type {Map<string, ts.SourceFile | undefined>} */
const parsedFiles = new Map()

/** @param {ts.CompilerOptions} options */
function createSharingHost(options) {
  const host = ts.createCompilerHost(options)
  const getSourceFile = host.getSourceFile.bind(host)
  host.getSourceFile = (fileName, languageVersionOrOptions, ...rest) => {
    const key = JSON.stringify([fileName, languageVersionOrOptions, options.jsx])
    if (!parsedFiles.has(key)) {
      parsedFiles.set(key, getSourceFile(fileName, languageVersionOrOptions, ...rest))
    }
    return parsedFiles.get(key)
  }
  return host
}

/**
 * @param {string} room folder that holds a tsconfig.json
 * @returns {{ errors: readonly ts.Diagnostic[], fileCount: number }}
 */
function checkRoom(room) {
  const configPath = join(projectRoot, room, 'tsconfig.json')
  const read = ts.readConfigFile(configPath, (path) => ts.sys.readFile(path))
  if (read.error !== undefined) return { errors: [read.error], fileCount: 0 }
  const parsed = ts.parseJsonConfigFileContent(read.config, ts.sys, dirname(configPath))
  const noInputs = 18003
  const configErrors = parsed.errors.filter((diagnostic) => diagnostic.code !== noInputs)
  if (configErrors.length > 0) return { errors: configErrors, fileCount: 0 }

  const program = ts.createProgram({
    rootNames: parsed.fileNames,
    options: parsed.options,
    host: createSharingHost(parsed.options),
  })
  const ownFiles = parsed.fileNames.map((fileName) => resolve(fileName))
  const errors = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()]
  for (const fileName of ownFiles) {
    const file = program.getSourceFile(fileName)
    errors.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file))
  }
  return { errors, fileCount: ownFiles.length }
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((room) => !rooms.includes(room))
if (unknown.length > 0) {
  process.stderr.write(`Unknown room ${unknown.join(', ')}; known: ${rooms.join(', ')}\n`)
  process.exit(2)
}

let errorCount = 0
for (const room of wanted.length > 0 ? wanted : rooms) {
  if (!existsSync(join(projectRoot, room, 'tsconfig.json'))) {
    process.stderr.write(`${room}: tsconfig.json is missing\n`)
    errorCount += 1
    continue
  }
  const startedAt = performance.now()
  const { errors, fileCount } = checkRoom(room)
  errorCount += errors.length
  if (errors.length > 0) {
    process.stdout.write(
      ts.formatDiagnostics(errors, {
        getCanonicalFileName: (fileName) => fileName,
        getCurrentDirectory: () => projectRoot,
        getNewLine: () => '\n',
      }),
    )
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  process.stdout.write(
    `types ${room === '.' ? 'scripts' : room}: ${fileCount} files, ${errors.length} errors, ${seconds} s\n`,
  )
}
process.exit(errorCount > 0 ? 1 : 0)
