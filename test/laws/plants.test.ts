import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { REACHED_ELSEWHERE } from '../sim/engine/reachedElsewhere.ts'
import { PLANTS } from '../sim/planted/plants.ts'

// What the simulation names of the source is still there. The runs that need it come after the quick tests, or by hand.

const sourceOf = (path: string) => readFileSync(path, 'utf8')

describe('the simulation’s tests of the tests', () => {
  it.each(PLANTS.flatMap(({ name, edits }) => edits.map(edit => [name, edit.file, edit.find])))(
    'find the place of the plant %s in %s',
    (_, file, find) => expect(sourceOf(file)).toContain(find),
  )

  it.each(Object.keys(REACHED_ELSEWHERE).map(place => place.split(/: (.*)/s)))(
    'excuse a fault handler that is there, in %s: %s',
    (file, code) => {
      // Of several alike in one file, the place carries its number.
      const line = code?.replace(/ \(\d+\)$/, '') ?? ''
      expect(sourceOf(`src/${file}`).replace(/\s+/g, ' ')).toContain(line.replace(/\s+/g, ' '))
    },
  )
})
