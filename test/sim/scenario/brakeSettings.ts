/** The brake as it is configured; null of `projects`: all of them. */
export interface BrakeSettings {
  mode: 'off' | 'watch' | 'on'
  /** Percent of the limit. */
  at: number
  tiers: readonly ('premium' | 'mini')[]
  projects: readonly string[] | null
}

/** Null: nobody has heard of it. */
export function brakeVars(brake: BrakeSettings | null): Record<string, string> {
  if (brake === null) return {}
  return {
    BRAKE: brake.mode,
    BRAKE_AT: String(brake.at),
    BRAKE_TIERS: brake.tiers.join(','),
    ...(brake.projects !== null && { BRAKE_PROJECTS: brake.projects.join(',') }),
  }
}
