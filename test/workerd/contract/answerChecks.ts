import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import type { Plugin } from 'vite'
import { closed } from '../../pure/api/openapi/closed.ts'

const MODULE = 'virtual:answer-checks'
const DOCUMENT = join(import.meta.dirname, '../../../src/api/openapi/openapi.json')
const standaloneCode: (ajv: Ajv2020, refs: Record<string, string>) => string = createRequire(import.meta.url)(
  'ajv/dist/standalone',
).default

interface Operations {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, object> }> }>>
}

/**
 * A module of checks, one for each answer of the document, by `GET /api/usage 200 application/json`. Workers may not make code
 * from text, as ajv does: it is made here, in Node, before the tests run.
 */
export function answerChecks(): Plugin {
  return {
    name: 'answer-checks',
    resolveId: id => (id === MODULE ? `\0${MODULE}` : null),
    load: id => (id === `\0${MODULE}` ? checksOf(readFileSync(DOCUMENT, 'utf8')) : null),
  }
}

function checksOf(text: string): string {
  const document = closed(JSON.parse(text) as Operations)
  const code = { source: true, esm: true }
  const ajv = new Ajv2020({ strict: false, allErrors: false, code, validateFormats: false, inlineRefs: false })
  ajv.addSchema(document, 'openapi')
  const names: Record<string, string> = {}
  const refs: Record<string, string> = {}
  const add = (name: string, parts: readonly string[]) => {
    const id = `check${Object.keys(names).length}`
    const pointer = parts.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    ajv.addSchema({ $id: id, $ref: `openapi#/${pointer}` })
    names[name] = id
    refs[id] = id
  }
  for (const [path, byMethod] of Object.entries(document.paths)) {
    for (const [method, { responses }] of Object.entries(byMethod)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const line = `${method.toUpperCase()} ${path} ${status}`
        if (content === undefined) names[line] = 'null'
        for (const type of Object.keys(content ?? {})) {
          const isJson = /json$/.test(type)
          if (isJson) add(`${line} ${type}`, ['paths', path, method, 'responses', status, 'content', type, 'schema'])
          else names[`${line} ${type}`] = 'null'
        }
      }
    }
  }
  add('problem', ['components', 'schemas', 'Problem'])
  add('frame', ['components', 'schemas', 'LiveFrame'])
  const checks = Object.entries(names).map(([name, id]) => `${JSON.stringify(name)}: ${id}`)
  const code_ = standaloneCode(ajv, refs)
  if (code_.includes('require(')) throw new Error('a check needs what workerd cannot load')
  return `${code_}\nexport default { ${checks.join(', ')} }`
}
