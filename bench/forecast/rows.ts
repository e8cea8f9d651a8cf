import type { Measures } from './measure.ts'

/** One line of the table: the reference's figures are those of the odd half of the series, which is not in this repository. */
export interface Row {
  what: string
  of(measures: Measures): number[]
  /** Of the straight line, then of the chosen method, in the order of `of`. */
  reference: [number[], number[]]
  digits: number
  unit: string
  /** What makes a figure good. Widths and changes are told, not judged. */
  better?: 'lower' | 'higher' | { near: number; within: number }
}

const holds80 = { near: 80, within: 8 }

export const ROWS: Row[] = [
  row(
    'End of day: error / actual total, median, 90th percentile',
    ({ error: e }) => [e.median, e.p90],
    '25.3 100',
    '12.5 94',
    {
      unit: '%',
      better: 'lower',
    },
  ),
  row('mean error / mean day', m => [m.meanError], '0.444', '0.312', { digits: 3, better: 'lower' }),
  ...(
    [
      [3, '72.9 121', '34.7 154'],
      [6, '71.4 100', '29.4 100'],
      [12, '26.9 97', '17.5 95'],
      [18, '12.4 51', '6.2 42'],
      [21, '5.3 23', '2.0 17'],
    ] as const
  ).map(([hour, baseline, chosen]) =>
    row(
      `at ${String(hour).padStart(2, '0')}:00`,
      ({ errorAt }) => [errorAt[hour]?.median ?? Number.NaN, errorAt[hour]?.p90 ?? Number.NaN],
      baseline,
      chosen,
      { unit: '%', better: 'lower' },
    ),
  ),
  row('steady series', ({ errorSteady: e }) => [e.median, e.p90], '15.8 80', '5.8 34', { unit: '%', better: 'lower' }),
  row('where something is used today', ({ errorUsed: e }) => [e.median, e.p90], '21.1 92', '10.3 76', {
    unit: '%',
    better: 'lower',
  }),
  row('The 80 % band holds the truth', m => [m.holds], '36', '80', { unit: '%', better: holds80 }),
  row(
    'at 01:00, 06:00, 12:00, 18:00',
    ({ holdsAt }) => [1, 6, 12, 18].map(hour => holdsAt[hour] ?? Number.NaN),
    '32 17 33 45',
    '65 77 84 84',
    { unit: '%' },
  ),
  row('its width / mean day; steady series', m => [m.width, m.widthSteady], '0.28 0.22', '0.97 0.53', { digits: 2 }),
  row('Time of reaching the limit, or 24:00: mean error', m => [m.timeError], '1.28', '1.01', {
    digits: 2,
    unit: 'h',
    better: 'lower',
  }),
  row(
    'Run-out 1, 3, 6 h ahead, days that ran out: said so',
    ({ ahead }) => [1, 3, 6].map(hours => ahead[hours]?.said ?? Number.NaN),
    '75 65 50',
    '73 60 49',
    { digits: 0, unit: '%', better: 'higher' },
  ),
  row(
    'median error of these',
    ({ ahead }) => [1, 3, 6].map(hours => ahead[hours]?.minutes ?? Number.NaN),
    '24 52 94',
    '27 54 86',
    { digits: 0, unit: 'min', better: 'lower' },
  ),
  row('Alert `pace`: precision', m => [m.precision], '54', '67', { unit: '%', better: 'higher' }),
  row(
    'precision by limit, at the 50th, 70th, 90th percentile of the days',
    ({ precisionAt }) => [50, 70, 90].map(percent => precisionAt[percent] ?? Number.NaN),
    '70 49 34',
    '79 60 53',
    { unit: '%', better: 'higher' },
  ),
  row('recall', m => [m.recall], '94', '87', { unit: '%', better: 'higher' }),
  row('recall of run-outs after 01:00', m => [m.recallAfterOne], '', '', { unit: '%' }),
  row('median lead', m => [m.leadHours], '8.8', '5.0', { unit: 'h', better: 'higher' }),
  row('changes per alerted day', m => [m.changes], '2.22', '1.62', { digits: 2, better: 'lower' }),
  row('alerted days with 3 changes or more', m => [m.flapping], '26', '12', { unit: '%', better: 'lower' }),
]

function row(
  what: string,
  of: Row['of'],
  baseline: string,
  chosen: string,
  { digits = 1, unit = '', better }: Partial<Pick<Row, 'digits' | 'unit' | 'better'>>,
): Row {
  const figures = (text: string) => text.split(' ').filter(Boolean).map(Number)
  return {
    what,
    of,
    reference: [figures(baseline), figures(chosen)],
    digits,
    unit,
    ...(better === undefined ? {} : { better }),
  }
}

export function shown(figures: readonly number[], { digits, unit }: Row): string {
  if (figures.length === 0) return ''
  const text = figures.map(figure => String(Number(figure.toFixed(digits)))).join(' / ')
  return unit === '' ? text : `${text} ${unit}`
}

/** Whether our figures are as good as the reference's for the chosen method; null where that is no question. */
export function reaches(ours: readonly number[], { better, reference, digits }: Row): boolean | null {
  if (better === undefined) return null
  return ours.every((raw, at) => {
    const figure = Number(raw.toFixed(digits))
    const wanted = reference[1][at] ?? Number.NaN
    if (typeof better === 'object') return Math.abs(figure - better.near) <= better.within
    return better === 'lower' ? figure <= wanted : figure >= wanted
  })
}
