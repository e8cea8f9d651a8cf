import type { Fault } from './fault.ts'

function text(summary: string, spoil: (body: string) => string): Fault {
  return { kind: 'text', summary, spoil }
}

/** Puts a literal where the first row's input tokens stand. */
function number(literal: string, summary = `input_tokens is ${literal}`): Fault {
  return text(summary, body => body.replace(/"input_tokens":-?\d+/, `"input_tokens":${literal}`))
}

function without(field: RegExp, summary: string): Fault {
  return text(summary, body => body.replace(field, ''))
}

/** Bodies that cannot be read, or say what no count can be. */
export const TEXT_FAULTS: Record<string, Fault> = {
  'truncated-json': text('the body ends in the middle, with the length to match', body => {
    return body.slice(0, Math.ceil(body.length / 2))
  }),
  'null-body': text('the body is null', () => 'null'),
  'array-body': text('the body is an array', body => `[${body}]`),
  'data-object': text('data is an object', body => body.replace(/"data":\[.*\],"has_more"/, '"data":{},"has_more"')),
  'old-result-key': text('the array is called result, as in old descriptions', body => {
    return body.replaceAll('"results":', '"result":')
  }),
  'string-number': text('tokens are numeric strings', body => {
    return body.replace(/"(input|output)_tokens":(-?\d+)/g, '"$1_tokens":"$2"')
  }),
  'boolean-number': number('true'),
  'null-number': number('null'),
  'missing-field': without(/"output_tokens":-?\d+,/, 'the first row has no output_tokens'),
  'missing-results': without(/,"results":\[.*?\](?=\})/, 'the first bucket has no results'),
  'missing-start': without(/"start_time":\d+,/, 'the first bucket has no start_time'),
  'missing-data': without(/"data":\[.*\],(?="has_more")/, 'the page has no data'),
  'missing-has-more': without(/"has_more":(true|false),/, 'the page has no has_more'),
  negative: number('-500'),
  nan: number('NaN', 'input_tokens is NaN, which is not JSON'),
  infinite: number('1e999', 'input_tokens is 1e999, which reads as Infinity'),
  fraction: number('1234.5'),
  'too-big': number('9007199254740993', 'input_tokens is 2^53 + 1, which cannot be counted exactly'),
  'unknown-fields': text('fields, service tiers and times nobody has heard of', body => {
    return body
      .replaceAll(
        '"object":"bucket",',
        '"object":"bucket","start_time_iso":"2026-01-01T00:00:00+00:00","heat":{"k":1},',
      )
      .replaceAll('"input_image_tokens":0,', '"input_image_tokens":0,"api_source":"unlabeled","input_smell_tokens":7,')
      .replaceAll('"service_tier":"default"', '"service_tier":"hyperfast-2027"')
  }),
}
