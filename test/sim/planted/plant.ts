import type { LONG_ALPHABETS } from '../scenario/scenario.ts'

/** A bug, as a change to the product's source while a test build loads it. */
export interface Plant {
  name: string
  edits: { file: string; find: string; replace: string }[]
  /** The long lives that are searched first; without it, none. */
  seenIn?: (typeof LONG_ALPHABETS)[number]
}

export const plant = (name: string, file: string, find: string, replace: string): Plant => ({
  name,
  edits: [{ file: `src/${file}`, find, replace }],
})

export const longPlant = (seenIn: Plant['seenIn'] & string, of: Plant): Plant => ({ ...of, seenIn })
