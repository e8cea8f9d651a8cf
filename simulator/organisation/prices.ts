import { MODELS, type Price } from './organisation.ts'

const UNKNOWN_MODEL_PRICE: Price = { input: 1, cached: 0.5, output: 5 }
const NANO_USD_PER_TOKEN = 1000

/** What a token of the model costs, in whole billionths of a dollar. A batch costs half, rounded up. */
export function nanoUsdPerToken(model: string, batch: boolean): Price {
  const { input, cached, output } = MODELS.find(({ name }) => name === model)?.price ?? UNKNOWN_MODEL_PRICE
  // Rounded, because 0.075 * 1000 need not be 75.
  const nano = (dollars: number) => {
    const whole = Math.round(dollars * NANO_USD_PER_TOKEN)
    return batch ? Math.ceil(whole / 2) : whole
  }
  return { input: nano(input), cached: nano(cached), output: nano(output) }
}
