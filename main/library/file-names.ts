/** Names that come from the network and become paths: refused unless they stay below their folder on every system. */
import { ActbenchError } from '#contract/errors'

/** Windows forbids these in names; a colon would also name a drive or a stream. */
const barredCharacters = /[\\:*?"<>|\u0000-\u001f]/

/** Returns the name unchanged; throws `malformed-file` for absolute names, `..`, empty parts and barred characters. */
export function requireSafeName(name: string): string {
  const parts = name.split('/')
  const isSafe =
    name.length > 0 &&
    name.length <= 1024 &&
    !barredCharacters.test(name) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..')
  if (isSafe) return name
  throw new ActbenchError({
    code: 'malformed-file',
    message: `File name ${JSON.stringify(name)}: expected a plain path below the repository, found one that could leave its folder`,
    remedy: 'Do not use this repository; nothing was written.',
  })
}

/** `org/name` or `name`, as the hub allows them. Throws `invalid-input`. */
export function requireRepo(repo: string): string {
  const isRepo =
    /^[A-Za-z0-9][\w.-]{0,95}(\/[A-Za-z0-9_][\w.-]{0,95})?$/.test(repo) &&
    !repo.includes('..') &&
    !repo.includes('--')
  if (isRepo) return repo
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Repository ${JSON.stringify(repo)}: expected the form organisation/name`,
    remedy: 'Copy the name from the model page, e.g. Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF.',
  })
}

/** A branch, tag, pull-request reference or commit. Throws `invalid-input`. */
export function requireRevision(revision: string): string {
  const isRevision = /^[\w.-]+(\/[\w.-]+)*$/.test(revision) && !revision.includes('..')
  if (isRevision) return revision
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Revision ${JSON.stringify(revision)}: expected a branch, a tag or a commit`,
    remedy: 'Leave it out for the main branch.',
  })
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision)
}
