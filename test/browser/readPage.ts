import type { Locator, Page } from 'playwright-core'
import { percent } from '../../src/dashboard/words/tokens.ts'
import type { ModelUsage } from '../../src/wire.ts'

/** `?view=` of every view, in the order of the navigation. */
export const VIEWS = ['today', 'who', 'costs', 'history', 'alerts', 'status'] as const

/** The page's figures as a reader sees them. */
export interface Seen {
  big: string
  used: string
  text: string
}

export async function readTier(page: Page, tier: 'premium' | 'mini'): Promise<Seen> {
  const card = page.locator(`article[aria-labelledby=tier-${tier}]`)
  return {
    big: (await textOf(card.locator('.figures strong'))).trim(),
    used: (await textOf(card.locator('.figures b'))).trim(),
    text: await textOf(card),
  }
}

/** A line for each row of the models table that is no model's sum: its cells, and how far its bar is filled, in alphabetical order. */
export async function readModels(page: Page): Promise<string[]> {
  const lines = await page.locator('.models tbody tr:not(.group)').evaluateAll(rows =>
    rows.map(row => {
      const cells = [...row.children] as HTMLElement[]
      const name = cells[0]?.querySelector('bdi')?.textContent
      const flagged = row.querySelector('.tag') ? 'unclassified' : 'known'
      const bar = cells.at(-1)?.style.getPropertyValue('--share')
      return [name, flagged, ...cells.slice(1).map(cell => cell.textContent), bar].join(' | ')
    }),
  )
  return lines.sort()
}

/** What `readModels` must find for these. */
export function modelLines(models: readonly ModelUsage[]): string[] {
  return models
    .map(usage => {
      const total = models.filter(each => each.tier === usage.tier).reduce((sum, each) => sum + each.total_tokens, 0)
      const {
        model,
        unclassified,
        tier,
        project_id,
        project_name,
        input_tokens,
        cached_tokens,
        output_tokens,
        requests,
      } = usage
      const numbers = [input_tokens, cached_tokens, output_tokens, requests].map(full)
      const flagged = unclassified ? 'unclassified' : 'known'
      const paid = usage.free ? 'free' : 'billed'
      const share = usage.total_tokens / total
      const all = [...numbers, paid, full(usage.total_tokens), percent(share), share.toFixed(3)]
      return [model, flagged, tier, project_name ?? project_id ?? '–', ...all].join(' | ')
    })
    .sort()
}

export function full(tokens: number): string {
  return new Intl.NumberFormat('en-US').format(tokens)
}

/** How far the page is wider than its window: anything above 0 scrolls sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** What sticks out of the window, for the message of a check that fails. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const edge = document.documentElement.clientWidth + 0.5
    const out = [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > edge)
    return out.filter(each => !each.closest('.scroll, svg, dialog')).map(each => `${each.tagName}.${each.className}`)
  })
}

/** What is rendered, line by line: no hidden words, and generated breaks as a reader sees them. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ').trim()
}
