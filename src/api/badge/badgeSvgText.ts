import type { BadgeFace } from './badgeNow.ts'

const HEIGHT = 20
const PADDING = 7
/** Of the characters of Verdana at 11 px; `textLength` makes a text as wide as its box in any other font. */
const WIDTHS: readonly (readonly [chars: RegExp, px: number])[] = [
  [/[%m]/, 11],
  [/[A-Zw]/, 8.5],
  [/[ijlrt() ]/, 4.2],
  [/./, 6.9],
]

/** A flat badge: no style, font or link from elsewhere, so that it shows under any content security policy. */
export function badgeSvgText({ label, message, color }: BadgeFace): string {
  const [left, right] = [widthOf(label), widthOf(message)]
  const width = left + right
  const title = escaped(`${label}: ${message}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${title}">
<title>${title}</title>
<clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="${HEIGHT}" fill="#3d434b"/><rect x="${left}" width="${right}" height="${HEIGHT}" fill="${color}"/></g>
<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">
<text x="${PADDING}" y="14" textLength="${left - 2 * PADDING}">${escaped(label)}</text>
<text x="${left + PADDING}" y="14" textLength="${right - 2 * PADDING}">${escaped(message)}</text>
</g>
</svg>
`
}

function widthOf(text: string): number {
  const widths = [...text].map(char => WIDTHS.find(([chars]) => chars.test(char))?.[1] ?? 0)
  return Math.ceil(widths.reduce((sum, width) => sum + width, 2 * PADDING))
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
}
