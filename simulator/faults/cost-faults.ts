import type { Fault } from './fault.ts'

const COSTS = '/v1/organization/costs'
const VALUE = /"value":(-?[\d.]+(?:e[+-]?\d+)?)/
const EVERY_VALUE = new RegExp(VALUE, 'g')

function cost(summary: string, spoil: (body: string) => string): Fault {
  return { kind: 'text', summary: `costs: ${summary}`, paths: [COSTS], spoil }
}

/** Amounts in other forms than the published one, right and wrong. */
export const COST_FAULTS: Record<string, Fault> = {
  'string-cost': cost('amount.value is a numeric string, as the real API has sent it', body => {
    return body.replace(EVERY_VALUE, '"value":"$1"')
  }),
  'fine-cost': cost('amount.value has thirty decimals: more than a number can hold, right to the billionth', body => {
    return body.replace(EVERY_VALUE, (_, value: string) => `"value":${Number(value).toFixed(9)}000000000000000000001`)
  }),
  'euro-cost': cost('the first amount is in another currency', body =>
    body.replace('"currency":"usd"', '"currency":"eur"'),
  ),
  'null-cost': cost('the first amount has no value', body => body.replace(VALUE, '"value":null')),
}
