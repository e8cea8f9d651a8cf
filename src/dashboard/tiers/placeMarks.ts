export interface Mark {
  name: string
  /** Percent of the bar. */
  at: number
}

export interface PlacedMark extends Mark {
  align: 'start' | 'middle' | 'end'
}

/** The narrowest bars: of a phone, and of two cards side by side. */
export const BAR_PX = { phone: 300, side: 400 }
const LETTER_PX = 6.6
const GAP = 2

/** The names that have room on one line, the first given first: what would lie over another goes without. */
export function placeMarks(marks: readonly Mark[], barPx: number = BAR_PX.phone): PlacedMark[] {
  const taken: [number, number][] = []
  return marks.flatMap(mark => {
    const width = ((mark.name.length * LETTER_PX) / barPx) * 100 + GAP
    const align = mark.at < width / 2 ? 'start' : mark.at > 100 - width / 2 ? 'end' : 'middle'
    const from = align === 'start' ? mark.at : align === 'end' ? mark.at - width : mark.at - width / 2
    if (taken.some(([start, end]) => from < end && start < from + width)) return []
    taken.push([from, from + width])
    return [{ ...mark, align }]
  })
}
