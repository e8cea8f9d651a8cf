/** A bug, as a change to the product's source while a test build loads it. */
export interface Plant {
  name: string
  /** What a careless hand would have done. */
  story: string
  edits: { file: string; find: string; replace: string }[]
}

export const PLANTS: readonly Plant[] = []

export function plantNamed(name: string): Plant {
  const plant = PLANTS.find(plant => plant.name === name)
  if (plant === undefined)
    throw new Error(`there is no plant ${name}; there are ${PLANTS.map(({ name }) => name).join(', ')}`)
  return plant
}
