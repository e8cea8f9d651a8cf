import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { must } from './checks.ts'

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Result {
  violations: { id: string; impact: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[]
}

/** Every rule of axe, best practices among them. Evaluated through the debugger, because the page's CSP refuses foreign scripts. */
export async function axeFindsNothing(page: Page): Promise<void> {
  await page.evaluate(await source)
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as Result
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id} at ${node.target.join(' ')}: ${node.failureSummary.split('\n')[1]?.trim()}`),
  )
  must(found.length === 0, found.slice(0, 12).join('\n'))
}
