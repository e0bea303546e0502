/**
 * What a person can do from anywhere: one list for the native menu, the command palette and the shortcuts dialog.
 * `address` is a page of the window; an action without one is carried out by the page (`action-requested`).
 */
export interface AppAction {
  readonly id: string
  readonly title: string
  readonly group: 'go' | 'do' | 'view'
  /** Electron accelerator, also shown in the palette; null when it has none. */
  readonly accelerator: string | null
  readonly address: string | null
}

export const appActions = [
  { id: 'go-start', title: 'Start', group: 'go', accelerator: 'CmdOrCtrl+1', address: '/' },
  {
    id: 'go-new',
    title: 'New evaluation',
    group: 'go',
    accelerator: 'CmdOrCtrl+N',
    address: '/new',
  },
  { id: 'go-runs', title: 'Runs', group: 'go', accelerator: 'CmdOrCtrl+3', address: '/runs' },
  {
    id: 'go-compare',
    title: 'Compare',
    group: 'go',
    accelerator: 'CmdOrCtrl+4',
    address: '/compare',
  },
  { id: 'go-label', title: 'Label answers', group: 'go', accelerator: null, address: '/label' },
  { id: 'go-models', title: 'Models', group: 'go', accelerator: 'CmdOrCtrl+5', address: '/models' },
  {
    id: 'go-configurations',
    title: 'Configurations',
    group: 'go',
    accelerator: 'CmdOrCtrl+6',
    address: '/configurations',
  },
  { id: 'go-suites', title: 'Suites', group: 'go', accelerator: 'CmdOrCtrl+7', address: '/suites' },
  {
    id: 'go-settings',
    title: 'Settings and health',
    group: 'go',
    accelerator: 'CmdOrCtrl+8',
    address: '/settings',
  },
  { id: 'run-demo', title: 'Run the demo', group: 'do', accelerator: null, address: null },
  {
    id: 'add-model-file',
    title: 'Add a GGUF file …',
    group: 'do',
    accelerator: 'CmdOrCtrl+O',
    address: null,
  },
  {
    id: 'add-model-directory',
    title: 'Add a safetensors directory …',
    group: 'do',
    accelerator: null,
    address: null,
  },
  {
    id: 'new-configuration',
    title: 'New configuration',
    group: 'do',
    accelerator: null,
    address: '/configurations/new',
  },
  { id: 'pause-queue', title: 'Pause the queue', group: 'do', accelerator: null, address: null },
  { id: 'resume-queue', title: 'Resume the queue', group: 'do', accelerator: null, address: null },
  {
    id: 'open-palette',
    title: 'Find anything',
    group: 'view',
    accelerator: 'CmdOrCtrl+K',
    address: null,
  },
  {
    id: 'toggle-cover',
    title: 'Cover or show sensitive text',
    group: 'view',
    accelerator: 'CmdOrCtrl+Shift+H',
    address: null,
  },
  {
    id: 'toggle-theme',
    title: 'Switch light and dark',
    group: 'view',
    accelerator: null,
    address: null,
  },
  {
    id: 'show-shortcuts',
    title: 'Keyboard shortcuts',
    group: 'view',
    accelerator: null,
    address: null,
  },
] as const satisfies readonly AppAction[]

export type AppActionId = (typeof appActions)[number]['id']
