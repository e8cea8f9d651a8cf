import { type ComponentType, h } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A part of the page that is fetched after the numbers are on the screen. `ghost` keeps its place. */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>, ghost: string): ComponentType<P> {
  let part: ComponentType<P> | null = null
  return function Part(props: P) {
    const [state, setState] = useState<'waiting' | 'here' | 'failed'>(part ? 'here' : 'waiting')
    useEffect(() => {
      if (part) return
      load().then(
        loaded => {
          part = loaded
          setState('here')
        },
        () => setState('failed'),
      )
    }, [])
    if (part) return h(part, props)
    if (state === 'waiting') return <div class={`ghost ${ghost}`} aria-hidden="true" />
    // The files of an older build are gone after a deploy.
    return (
      <p class="empty">
        This part could not be loaded.{' '}
        <button type="button" class="button small" onClick={() => location.reload()}>
          Reload
        </button>
      </p>
    )
  }
}
