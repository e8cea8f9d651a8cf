import { sanitizeLabel } from './sanitizeLabel.ts'

/** A foreign name as something to show; where nothing of it can be seen, its id, or words that say so. Never empty. */
export function shownName(name: string, id = ''): string {
  return sanitizeLabel(name) || sanitizeLabel(id) || '(no visible name)'
}
