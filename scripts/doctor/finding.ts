import { REMEDIES } from './remedies.ts'

/** What is wrong with an installation. `hint`: it works, and looks like a mistake. */
export interface Finding {
  level: 'fault' | 'hint'
  /** One sentence. */
  cause: string
  /** What to do, a step a line. */
  todo: readonly string[]
}

/** What a look brought: findings, the gravest first, and what is well. */
export interface Look {
  findings: Finding[]
  well: string[]
}

export function fault(cause: string, ...todo: string[]): Finding {
  return { level: 'fault', cause, todo }
}

export function hint(cause: string, ...todo: string[]): Finding {
  return { level: 'hint', cause, todo }
}

/** The finding for an error of the tracker: its own words, and what this project's commands do about it. */
export function ofCode(code: string, message: string, action: string | null): Finding {
  const steps = [...(action === null ? [] : [action]), ...(REMEDIES[code as keyof typeof REMEDIES] ?? [])]
  return fault(message, ...steps, `More: docs/troubleshooting.md, ${code}`)
}
