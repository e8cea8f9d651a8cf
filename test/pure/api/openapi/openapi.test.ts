import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { ANSWERS } from '../../../../src/api/openapi/answers/answers.ts'
import { apiPage, type Document } from '../../../../src/api/openapi/document/apiPage.ts'
import { makeDocument } from '../../../../src/api/openapi/document/makeDocument.ts'
import { OPERATIONS } from '../../../../src/api/openapi/document/operations.ts'
import { ROUTES } from '../../../../src/api/routes.ts'
import { VERSION } from '../../../../src/tracker/views/statusView.ts'
import { closed } from './closed.ts'
import { wireTypes, wireWords } from './wireWords.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const DOCUMENT = join(ROOT, 'src/api/openapi/openapi.json')
const PAGE = join(ROOT, 'docs/api.md')
const GOLDEN = join(ROOT, 'test/pure/receivers/golden')

const wire = readFileSync(join(ROOT, 'src/wire.ts'), 'utf8')
const text = `${JSON.stringify(makeDocument(wireWords(wire), VERSION), null, 2)}\n`
const document = JSON.parse(text) as Document

if (process.env.GOLDEN === 'write') {
  writeFileSync(DOCUMENT, text)
  writeFileSync(PAGE, apiPage(document))
}

describe('the document that the tracker serves', () => {
  it('is what the schemas make of it; GOLDEN=write writes it anew', () => {
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(text)
  })

  it('is what docs/api.md is made from', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(apiPage(document))
  })

  it('is OpenAPI 3.1 to a public validator', async () => {
    const validator = new Validator()
    expect((await validator.validate(JSON.parse(text))).errors).toBeUndefined()
    expect(validator.version).toBe('3.1')
    const broken = { ...JSON.parse(text), info: {} }
    expect((await new Validator().validate(broken)).valid).toBe(false)
  })

  it('has the routes of the Worker and no others', () => {
    const routes = Object.entries(ROUTES).flatMap(([path, byMethod]) =>
      Object.keys(byMethod).map(method => `${method} ${path}`),
    )
    expect(Object.keys(OPERATIONS).sort()).toEqual(routes.sort())
    const lines = Object.entries(document.paths).flatMap(([path, byMethod]) =>
      Object.keys(byMethod).map(method => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    expect(lines.sort()).toEqual(routes.sort())
  })

  it('has a schema for every type of wire.ts', () => {
    const types = wireTypes(wire)
    expect(types.length).toBeGreaterThan(30)
    expect(Object.keys(ANSWERS).sort()).toEqual(types.sort())
  })

  it('says what wire.ts says of its fields', () => {
    const words = wireWords(wire)
    expect(words.get('TierUsage.percentage')).toBe('Whole percent, rounded; goes past 100.')
    const said = Object.values(document.components.schemas).flatMap(({ description, properties = {} }) => [
      description,
      ...Object.values(properties).map(property => property.description),
    ])
    expect([...words].filter(([, comment]) => !said.includes(comment)).map(([name]) => name)).toEqual([])
  })

  it('names each operation once, and its examples are answers', () => {
    const ajv = new Ajv2020({ strict: false, formats: { date: true, 'date-time': true } })
    ajv.addSchema(closed(document), 'openapi')
    const operations = Object.values(document.paths).flatMap(Object.values<Document['paths'][string][string]>)
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    const wrong: string[] = []
    let examples = 0
    for (const [path, byMethod] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(byMethod)) {
        for (const [status, { content = {} }] of Object.entries(responses)) {
          for (const [type, { example }] of Object.entries(content)) {
            if (example === undefined) continue
            examples++
            const place = ['paths', path, method, 'responses', status, 'content', type, 'schema']
            const pointer = place.map(part => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
            if (!ajv.validate({ $ref: `openapi#/${encodeURI(pointer)}` }, example)) {
              wrong.push(`${method} ${path} ${status}: ${ajv.errorsText()}`)
            }
          }
        }
      }
    }
    expect(wrong).toEqual([])
    expect(examples).toBeGreaterThan(15)
  })

  it('describes what a generic receiver gets, of every kind of message and with every choice', () => {
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } })
    const isDescribed = ajv.compile(JSON.parse(text).webhooks.alert.post.requestBody.content['application/json'].schema)
    const files = readdirSync(GOLDEN).filter(name => name.startsWith('generic-'))
    expect(files.length).toBeGreaterThan(20)
    for (const file of files) {
      const body = JSON.parse(readFileSync(join(GOLDEN, file), 'utf8'))
      expect([file, isDescribed(body), isDescribed.errors]).toEqual([file, true, null])
      if (file.includes('-plain')) continue
      // What is not said of the whole stands in `data`, and beside it at the top, the same.
      const { type: _, timestamp, text: words, data, ...rest } = body
      expect([file, rest]).toEqual([file, data])
      expect([Number.isNaN(Date.parse(timestamp)), words.startsWith(data.message)]).toEqual([false, true])
    }
  })
})
