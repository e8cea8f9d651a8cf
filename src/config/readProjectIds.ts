import { shownValue } from './shownValue.ts'
import type { VarReader } from './varReader.ts'
import { withoutEnds } from './withoutQuotes.ts'

const NAME = 'OPENAI_PROJECT_IDS'
const PROJECT_ID = /^proj_[A-Za-z0-9_-]+$/
/** What JSON and shells put around an id. */
const WRAPPING = '[]"\'`“”‘’'

/**
 * The projects to count; empty: all. OpenAI answers a filter of anything but ids with no usage at all, which looks like
 * a quiet day, so what is no id must not get there.
 */
export function readProjectIds(vars: VarReader<typeof NAME>): string[] {
  return readIds(vars, NAME, 'as no id is left, all projects are counted.')
}

/** Ids of projects under any variable. `nothing`: what holds where no id is left. */
export function readIds<Name extends string>(vars: VarReader<Name>, name: Name, nothing: string): string[] {
  const value = vars.text(name) ?? ''
  const entries = entriesOf(value)
  const ids = [...new Set(entries.filter(entry => PROJECT_ID.test(entry)))]
  if ([...value].some(char => WRAPPING.includes(char)) && ids.length > 0) {
    vars.hint(name, `${name} has quotes or brackets, which are left out; write the ids plainly: proj_abc,proj_def.`)
  }
  // A URL or a password that was set here by mistake may have been split where no pattern knows it for a secret.
  const tellable = !/[:/@]/.test(value)
  const instead = ids.length > 0 ? 'it is left out.' : nothing
  for (const [index, entry] of entries.entries()) {
    if (PROJECT_ID.test(entry)) continue
    const shown = tellable ? `is ${shownValue(entry)}, which is` : 'is'
    vars.problem(name, `${name}, entry ${index + 1}, ${shown} not a project's id (proj_...); ${instead}`)
  }
  return ids
}

/** Commas divide, and blanks too, but words that are no ids are one entry: `My project` is one name. */
function entriesOf(value: string): string[] {
  return value.split(',').flatMap(part => {
    const entries: string[] = []
    let name: string[] = []
    const endName = () => {
      if (name.length > 0) entries.push(name.join(' '))
      name = []
    }
    for (const word of part.split(/\s+/).map(each => withoutEnds(each, WRAPPING))) {
      if (PROJECT_ID.test(word)) {
        endName()
        entries.push(word)
      } else if (word !== '') name.push(word)
    }
    endName()
    return entries
  })
}
