import { NANO_USD_PER_TOKEN } from '../world/administration.ts'
import type { CostRead } from '../world/upstream.ts'
import type { World } from '../world/world.ts'
import { DAY, dateText, midnightOf } from './truth.ts'

/**
 * Billionths of a dollar that a month (`YYYY-MM`) had cost once a read was stored: of each date, what the last read that asked
 * for it was told. `least` and `most` differ where earlier reads may not have been stored.
 */
export function costOfMonth(world: World, month: string, until: CostRead): { least: number; most: number } {
  const { openai, ledger } = world
  const reads = openai.costReads.filter(({ startedAt }) => startedAt <= until.startedAt)
  const sum = { least: 0, most: 0 }
  for (
    let start = midnightOf(`${month}-01`);
    dateText(start).startsWith(month) && start <= until.clockS;
    start += DAY
  ) {
    const costs = reads
      .filter(({ from }) => from <= start)
      .map(({ startedAt }) => {
        const uses = ledger.visible(start, start + DAY, startedAt / 1000)
        return uses.reduce((tokens, { input, output }) => tokens + input + output, 0) * NANO_USD_PER_TOKEN
      })
    const last = costs.at(-1) ?? 0
    const isOwn = until.from <= start
    sum.least += isOwn ? last : Math.min(last, ...costs)
    sum.most += isOwn ? last : Math.max(last, ...costs)
  }
  return sum
}
