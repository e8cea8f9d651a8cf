/** The words of one message, part by part; every kind of receiver arranges these and adds none of its own. */
export interface MessageWords {
  severity: 'good' | 'warning' | 'critical'
  /** Stands alone in a notification. */
  headline: string
  /** Whole sentences, for plain text. */
  sentences: string[]
  /** The same as labels and values, for receivers that lay them out. */
  facts: Fact[]
  /** What a reader must know beyond the facts; often none. */
  notes: string[]
}

export interface Fact {
  label: string
  value: string
  /** Unix seconds: the moment that the value names, for receivers that show it in the reader's own time. */
  moment?: number
}
