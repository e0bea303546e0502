/** The operating system's dialogs: the only way by which the page learns of a path. */
import { dialog, shell, type BrowserWindow, type FileFilter } from 'electron'
import { writeFile } from 'node:fs/promises'
import type { Dialogs } from '#contract/calls'
import type { ReportFormat } from '#contract/comparisons'
import { ActbenchError } from '#contract/errors'

const reportFilters: Record<ReportFormat, FileFilter> = {
  html: { name: 'Web page', extensions: ['html'] },
  pdf: { name: 'PDF', extensions: ['pdf'] },
  markdown: { name: 'Markdown', extensions: ['md'] },
  csv: { name: 'CSV', extensions: ['csv'] },
  json: { name: 'JSON', extensions: ['json'] },
}

/** @param ownerWindow the window that a dialog belongs to, at the time of asking */
export function createDialogs(
  ownerWindow: () => BrowserWindow,
): Omit<Dialogs, 'dialogs.setStoreAside'> {
  async function open(title: string, what: 'openFile' | 'openDirectory', filters: FileFilter[]) {
    const { canceled, filePaths } = await dialog.showOpenDialog(ownerWindow(), {
      title,
      properties: [what],
      filters,
    })
    return canceled ? null : (filePaths[0] ?? null)
  }

  async function save(title: string, suggestedName: string, filter: FileFilter) {
    const { canceled, filePath } = await dialog.showSaveDialog(ownerWindow(), {
      title,
      defaultPath: suggestedName,
      filters: [filter],
    })
    return canceled || filePath === '' ? null : filePath
  }

  return {
    'dialogs.openModel': ({ kind }) =>
      kind === 'directory'
        ? open('Choose a safetensors folder', 'openDirectory', [])
        : open('Choose a GGUF file', 'openFile', [
            { name: 'GGUF model', extensions: ['gguf'] },
            { name: 'All files', extensions: ['*'] },
          ]),

    'dialogs.openDataset': ({ kind }) =>
      kind === 'directory'
        ? open('Choose a folder with a file for each locale', 'openDirectory', [])
        : open('Choose a dataset', 'openFile', [
            { name: 'Dataset', extensions: ['csv', 'jsonl', 'raw', 'txt', 'gz', 'tgz', 'tar'] },
            { name: 'All files', extensions: ['*'] },
          ]),

    'dialogs.openText': () =>
      open('Choose a text', 'openFile', [
        { name: 'Text', extensions: ['txt', 'md', 'raw'] },
        { name: 'All files', extensions: ['*'] },
      ]),

    'dialogs.openScales': () =>
      open('Choose trained scales', 'openFile', [
        { name: 'Trained scales', extensions: ['safetensors'] },
      ]),

    'dialogs.saveReport': ({ format, suggestedName }) =>
      save('Export the comparison', suggestedName, reportFilters[format]),

    'dialogs.savePlan': async ({ yaml, suggestedName }) => {
      const path = await save('Save the plan', suggestedName, {
        name: 'Plan',
        extensions: ['yaml', 'yml'],
      })
      if (path !== null) await writePlan(path, yaml)
      return path
    },

    'dialogs.revealPath': ({ path }) => {
      shell.showItemInFolder(path)
      return Promise.resolve(null)
    },
  }
}

async function writePlan(path: string, yaml: string): Promise<void> {
  try {
    await writeFile(path, yaml)
  } catch (cause) {
    throw new ActbenchError({
      code: 'storage',
      message: `${path} could not be written.`,
      remedy: 'Choose another folder, or free some space.',
      cause,
    })
  }
}
