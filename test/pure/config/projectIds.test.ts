import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/config/readConfig.ts'

describe('projectIds of readConfig', () => {
  it.each<[string, string[], string[]]>([
    [
      'proj_a, My project , Other',
      ['proj_a'],
      [
        'OPENAI_PROJECT_IDS, entry 2, is "My project", which is not a project\'s id (proj_...); it is left out.',
        'OPENAI_PROJECT_IDS, entry 3, is "Other", which is not a project\'s id (proj_...); it is left out.',
      ],
    ],
    [
      'My proj_a project',
      ['proj_a'],
      [
        'OPENAI_PROJECT_IDS, entry 1, is "My", which is not a project\'s id (proj_...); it is left out.',
        'OPENAI_PROJECT_IDS, entry 3, is "project", which is not a project\'s id (proj_...); it is left out.',
      ],
    ],
    [
      'My project',
      [],
      [
        'OPENAI_PROJECT_IDS, entry 1, is "My project", which is not a project\'s id (proj_...); as no id is left, all projects are counted.',
      ],
    ],
    [
      'proj_a,https://name:pass,word@a.example',
      ['proj_a'],
      [
        "OPENAI_PROJECT_IDS, entry 2, is not a project's id (proj_...); it is left out.",
        "OPENAI_PROJECT_IDS, entry 3, is not a project's id (proj_...); it is left out.",
      ],
    ],
    [
      '["Other"]',
      [],
      [
        'OPENAI_PROJECT_IDS, entry 1, is "Other", which is not a project\'s id (proj_...); as no id is left, all projects are counted.',
      ],
    ],
  ])('counts of the projects %j those with an id, and says which it leaves out', (value, ids, messages) => {
    const config = readConfig({ AUTH_MODE: 'open', OPENAI_PROJECT_IDS: value })
    expect(config.projectIds).toEqual(ids)
    expect(config.problems).toEqual(messages.map(message => ({ name: 'OPENAI_PROJECT_IDS', message })))
    expect(config.hints).toEqual([])
  })
})
