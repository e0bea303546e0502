/**
 * Who may import whom, as data for ESLint: the walls between rooms (folders) and the packages that a room may
 * load. A room's tsconfig says which libraries it sees; this file says which neighbours it knows.
 */

/** Inside main/engine, foundation first: a folder may import only from folders before it. */
const engineLayers = [
  'tensor',
  'stats',
  'nlu',
  'checkpoint',
  'tokenizer',
  'graph',
  'autodiff',
  'onnx',
  'blocks',
  'architectures',
  'adapters',
  'interventions',
  'kv',
  'runtime',
  'calibration',
  'activation-space',
  'lab',
  'suites',
  'scorers',
  'comparison',
  'judges',
  'reports',
]

/** These know only the contract (and themselves), although other layers lie below them; and what an utterance is. */
const secludedEngineFolders = ['suites', 'scorers']
const openToSecluded = ['nlu']

/** Interventions and kv policies change graphs of any model, so they know none. */
const modelBlindEngineFolders = ['interventions', 'kv']

/**
 * @typedef {{ target: string, from: string, except?: string[], message: string }} Zone
 * @typedef {{ room: string, mayImport: readonly string[], excludeFiles?: readonly string[] }} Room
 */

/** Every room of ours and the rooms that it may import from, besides itself. */
/** @type {readonly Room[]} */
const rooms = [
  { room: 'preload/contract', mayImport: [] },
  { room: 'main/engine', mayImport: ['preload/contract'] },
  { room: 'db', mayImport: ['preload/contract'] },
  { room: 'main/library', mayImport: ['preload/contract'] },
  { room: 'main/jobs', mayImport: ['preload/contract', 'db'] },
  {
    room: 'main/actions',
    mayImport: ['preload/contract', 'db', 'main/engine/catalog.ts', 'main/jobs', 'main/library'],
  },
  { room: 'main/ipc', mayImport: ['preload/contract', 'main/actions'] },
  { room: 'main/worker', mayImport: ['preload/contract', 'main/engine/index.ts'] },
  {
    room: 'main/cli',
    mayImport: [
      'preload/contract',
      'db',
      'main/actions',
      'main/jobs',
      'main/library',
      'main/app/profile.ts',
    ],
  },
  { room: 'main/app', mayImport: ['preload/contract'] },
  { room: 'renderer', mayImport: ['preload/contract'] },
  { room: 'e2e', mayImport: ['preload/contract', 'scripts', 'main/engine/checkpoint/fixtures'] },
]

const ourFolders = ['preload', 'main', 'db', 'renderer', 'e2e', 'scripts', 'bench']

/**
 * A zone forbids everything of ours and excepts what the room may know. `except` is relative to `from`.
 * @param {Room} room
 * @returns {Zone[]}
 */
function zonesOfRoom({ room, mayImport }) {
  return ourFolders.map((folder) => ({
    target: `./${room}`,
    from: `./${folder}`,
    except: [room, ...mayImport]
      .filter((allowed) => allowed === folder || allowed.startsWith(`${folder}/`))
      .map((allowed) => (allowed === folder ? '.' : `./${allowed.slice(folder.length + 1)}`)),
    message: `${room}/ may import only from itself${mayImport.map((allowed) => `, ${allowed}`).join('')}.`,
  }))
}

/** @returns {Zone[]} */
function zonesOfEngine() {
  const engine = './main/engine'
  const rootFiles = ['prepare.ts', 'evaluate.ts', 'catalog.ts', 'index.ts']
  return engineLayers.flatMap((layer, position) => {
    const above = [...engineLayers.slice(position + 1), ...rootFiles]
    const secluded = secludedEngineFolders.includes(layer)
      ? engineLayers.filter((other) => other !== layer && !openToSecluded.includes(other))
      : []
    const models = modelBlindEngineFolders.includes(layer) ? ['architectures'] : []
    return [...new Set([...above, ...secluded, ...models])].map((forbidden) => ({
      target: `${engine}/${layer}`,
      from: `${engine}/${forbidden}`,
      message: `engine/${layer} lies below or beside engine/${forbidden} and must not know it.`,
    }))
  })
}

/** Between rooms; from outside the engine nothing but its doors index.ts and catalog.ts is visible. */
export const roomZones = rooms.flatMap(zonesOfRoom)

/** Also between the layers of the engine. Its tests are free of these: they run a layer on the real ones above it. */
export const pathZones = [...roomZones, ...zonesOfEngine()]

const electron = { group: ['electron', 'electron/*'], message: 'This room does not know Electron.' }
const node = { group: ['node:*'], message: 'This room does not touch Node.' }
const sqlite = { group: ['better-sqlite3'], message: 'Only db/ speaks SQL.' }
const onnx = {
  group: ['onnxruntime-node', 'onnxruntime-common'],
  message: 'Only main/engine/runtime/session.ts loads ONNX Runtime.',
}
const react = { group: ['react', 'react-*', 'recharts'], message: 'Only renderer/ draws.' }
const zod = { group: ['zod'], message: 'The bridge forwards; it does not validate.' }

/**
 * @param {string[]} files
 * @param {{ group: string[], message: string }[]} patterns
 * @param {string[]} [ignores]
 * @returns {import('eslint').Linter.Config}
 */
function forbid(files, patterns, ignores = []) {
  return {
    files,
    ...(ignores.length > 0 ? { ignores } : {}),
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
    },
  }
}

const sources = '**/*.{ts,tsx}'
const test = '**/*.test.ts'

/**
 * Flat-config blocks; for one file the last match counts, so the narrower block stands later.
 * @type {import('eslint').Linter.Config[]}
 */
export const packageRules = [
  forbid([`preload/contract/${sources}`], [electron, node, sqlite, onnx, react], [test]),
  forbid(['preload/*.ts'], [node, sqlite, onnx, react, zod]),
  forbid([`main/${sources}`], [sqlite, onnx, react]),
  forbid(
    ['library', 'jobs', 'actions', 'worker', 'cli'].map((room) => `main/${room}/${sources}`),
    [electron, sqlite, onnx, react],
    ['main/jobs/launch-utility.ts'],
  ),
  forbid([`main/engine/${sources}`], [electron, sqlite, onnx, react]),
  forbid(['main/engine/runtime/session.ts'], [electron, sqlite, react]),
  forbid([`main/engine/${test}`], [electron, sqlite, react]),
  forbid([`db/${sources}`], [electron, onnx, react]),
  forbid([`renderer/${sources}`], [electron, node, sqlite, onnx], [`renderer/${test}`]),
  {
    files: [`main/engine/${sources}`],
    ignores: [`main/engine/${test}`],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The engine receives its surroundings as arguments.',
        },
        { object: 'process', property: 'exit', message: 'The engine never ends its process.' },
      ],
    },
  },
  {
    files: [`main/engine/${sources}`],
    ignores: [`main/engine/${test}`, 'main/engine/judges/endpoint.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only judges/endpoint.ts connects, to this machine alone.' },
      ],
    },
  },
]
