import type { Locator, Page } from 'playwright-core'

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
