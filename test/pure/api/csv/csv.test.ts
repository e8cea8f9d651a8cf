import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv, Exact } from '../../../../src/api/csv/csv.ts'
import { csvReply } from '../../../../src/api/csv/csvReply.ts'
import { type TableName, tableOf } from '../../../../src/api/csv/tables.ts'
import type { AlertView, BreakdownRow } from '../../../../src/wire.ts'
import { modelUsage } from '../../dashboard/usageView.ts'

// Read back by csv-parse, another reader than ours.

const NOW = Date.UTC(2026, 10, 27, 12) / 1000
const asked = (query = '') => ({ params: new URLSearchParams(query), now: NOW })
const read = (text: string) => parse(text, { columns: true, bom: true }) as Record<string, string>[]
const POINT = { timestamp: NOW, date: '2026-11-27', premium_tokens: 12, mini_tokens: 9_007_199_254_740_991 }

describe('csv', () => {
  it('is RFC 4180: a header, CRLF behind every line, quotes doubled', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,y', 1],
          ['say "hi"\n', null],
          [true, new Exact('0.000000001')],
        ],
      ),
    ).toBe('a,b\r\n"x,y",1\r\n"say ""hi""\n",\r\ntrue,0.000000001\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\u00a0=1', '\uff1d1', '=cmd|"/c calc"!A1', '\n+1'])(
    'keeps %j text, in any reader',
    text => {
      const [row] = read(csv(['name'], [[text]]))
      expect(row?.name).toBe(`'${text}`)
    },
  )

  it('leaves numbers alone, negative ones too', () => {
    expect(csv(['n'], [[-5], [new Exact('-1.50')], [0.25]])).toBe('n\r\n-5\r\n-1.50\r\n0.25\r\n')
    expect(() => new Exact('=1')).toThrow(RangeError)
  })

  it('gives every text back, whatever is in it, with the apostrophe before a formula and nothing else', () => {
    // Of all of Unicode's first plane but the surrogates, which no file can hold alone.
    const unit = fc.integer({ min: 0, max: 0xd7ff }).map(code => String.fromCharCode(code))
    const anyUnits = fc.array(unit, { maxLength: 12 }).map(units => units.join(''))
    const anyText = fc.oneof(fc.string(), anyUnits, fc.constantFrom('"', ',', '\r\n', "'", '=1'))
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 12 }), texts => {
        const text = csv(
          ['a', 'b'],
          texts.map(each => [each, 'end']),
        )
        const back = parse(text, { columns: true, record_delimiter: '\r\n' }) as { a: string; b: string }[]
        if (back.length !== texts.length || back.some(({ b }) => b !== 'end')) return false
        return back.every(({ a }, at) => (a === texts[at] ? !/^[=+\-@\t\r]/.test(a) : a === `'${texts[at]}`))
      }),
      { numRuns: 25 },
    )
  })
})

describe('a table', () => {
  const day = {
    ...POINT,
    premium_limit: 1,
    mini_limit: 2,
    premium_free_tokens: 3,
    premium_billed_tokens: 4,
    mini_free_tokens: 5,
    mini_billed_tokens: 6,
    final: true,
  }
  const total = {
    tokens_used: 5,
    input_tokens: 4,
    output_tokens: 1,
    cached_tokens: 0,
    requests: 1,
    free_tokens: 5,
    billed_tokens: 0,
    premium_tokens: 5,
    mini_tokens: 0,
  }
  const row: BreakdownRow = { id: null, name: '=Team', ...total, share: 1 / 3 }
  const alert: AlertView = {
    id: 1,
    kind: 'threshold',
    timestamp: NOW,
    date: '2026-11-27',
    tier: 'premium',
    threshold: 80,
    tokens_used: 9,
    limit_value: 10,
    percentage: 90,
    message: 'OpenAI, "premium"',
    sent: true,
    created_at: '2026-11-27T12:00:00Z',
    late: false,
    message_id: null,
    deliveries: [],
  }

  /** The columns are a promise: whoever reads them by place or name goes on reading. */
  it.each<[TableName, string, object, string, string]>([
    [
      'history',
      'days=2',
      { snapshots: [POINT], count: 1 },
      'usage-2026-11-25-to-2026-11-27',
      'timestamp,time_utc,date,premium_tokens,mini_tokens,premium_free_tokens,mini_free_tokens',
    ],
    [
      'history',
      'date=2026-11-20',
      { snapshots: [], count: 0 },
      'usage-2026-11-20',
      'timestamp,time_utc,date,premium_tokens,mini_tokens,premium_free_tokens,mini_free_tokens',
    ],
    [
      'history',
      'interval=hour',
      { snapshots: [], count: 0 },
      'usage-by-hour-2026-11-20-to-2026-11-27',
      'timestamp,time_utc,date,premium_tokens,mini_tokens,premium_hour_tokens,mini_hour_tokens',
    ],
    [
      'history',
      'interval=day&days=2',
      { snapshots: [day], count: 1 },
      'usage-by-day-2026-11-26-to-2026-11-27',
      'timestamp,time_utc,date,premium_tokens,mini_tokens,premium_limit,mini_limit,premium_free_tokens,premium_billed_tokens,mini_free_tokens,mini_billed_tokens,final',
    ],
    [
      'history',
      'limit=5',
      { data: [], pagination: { limit: 5, offset: 10, total: 0, hasMore: false } },
      'usage-hours-by-model-from-10',
      'id,timestamp,model,tier,prompt_tokens,completion_tokens,total_tokens,status',
    ],
    [
      'models',
      '',
      { date: '2026-11-27', final: false, models: [modelUsage()], count: 1 },
      'usage-models-2026-11-27',
      'date,model,tier,unclassified,service_tier,project_id,project_name,free,input_tokens,output_tokens,cached_tokens,total_tokens,requests',
    ],
    [
      'breakdown',
      '',
      { by: 'project', from: '2026-11-27', to: '2026-11-27', final: false, rows: [row], count: 1, total },
      'usage-by-project-2026-11-27',
      'id,name,tokens_used,input_tokens,output_tokens,cached_tokens,requests,free_tokens,billed_tokens,premium_tokens,mini_tokens,share',
    ],
    [
      'costs',
      '',
      {
        by: 'day',
        from: '2026-11-01',
        to: '2026-11-27',
        rows: [{ date: '2026-11-01', usd: 1e-9, usd_text: '0.000000001', final: true }],
      },
      'costs-by-day-2026-11-01-to-2026-11-27',
      'date,usd,final',
    ],
    [
      'costs',
      '',
      { by: 'line_item', from: '2026-11-01', to: '2026-11-27', rows: [] },
      'costs-by-line_item-2026-11-01-to-2026-11-27',
      'id,name,usd',
    ],
    [
      'alerts',
      'days=3',
      { alerts: [alert], count: 1 },
      'alerts-2026-11-24-to-2026-11-27',
      'id,kind,timestamp,created_at,date,tier,threshold,tokens_used,limit_value,percentage,sent,late,message_id,message',
    ],
  ])('of %s?%s has its columns and a telling name', (name, query, view, file, columns) => {
    const table = tableOf(name, view, asked(query))
    expect([table.file, table.columns.join(',')]).toEqual([file, columns])
  })

  it('has the numbers of the JSON, exactly, and times that a spreadsheet reads', () => {
    const reply = csvReply('history', { snapshots: [POINT], count: 1 }, { ...asked(), withMark: true })
    expect(reply.text?.startsWith('\uFEFFtimestamp,')).toBe(true)
    expect(read(reply.text ?? '')).toEqual([
      {
        timestamp: String(NOW),
        time_utc: '2026-11-27T12:00:00Z',
        date: '2026-11-27',
        premium_tokens: '12',
        mini_tokens: '9007199254740991',
        premium_free_tokens: '',
        mini_free_tokens: '',
      },
    ])
    expect(reply.headers).toEqual({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="openai-usage-2026-11-20-to-2026-11-27.csv"',
    })
    const breakdown = {
      by: 'project',
      from: '2026-11-27',
      to: '2026-11-27',
      final: false,
      rows: [row],
      count: 1,
      total,
    }
    const [back] = read(csvReply('breakdown', breakdown, { ...asked(), withMark: false }).text ?? '')
    expect([back?.id, back?.name, Number(back?.share)]).toEqual(['', "'=Team", 1 / 3])
  })
})
