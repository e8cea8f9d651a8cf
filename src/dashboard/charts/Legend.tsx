interface Props {
  /** Class of each mark, and what it means. */
  keys: readonly (readonly [string, string])[]
  more?: string
}

/** What the marks of a chart mean; a mark never stands on another line than its words. */
export function Legend({ keys, more = '' }: Props) {
  return (
    <p class="legend muted" aria-hidden="true">
      {keys.map(([look, words]) => (
        <span key={look}>
          <i class={`key ${look}`} /> {words}
        </span>
      ))}
      {more}
    </p>
  )
}
