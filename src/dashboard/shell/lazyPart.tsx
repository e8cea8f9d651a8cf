import { type ComponentType, h } from 'preact'
import { useEffect, useState } from 'preact/hooks'

const AGAIN_MS = 5_000
/** By then it is a build that is gone, not a network that was. */
const TRIES = 3

/** A part of the page whose code is loaded when it is looked at. `ghost` keeps its place. */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>, ghost: string): ComponentType<P> {
  let part: ComponentType<P> | null = null
  return function Part(props: P) {
    const [failures, setFailures] = useState(0)
    const [, setHere] = useState(part !== null)
    useEffect(() => {
      if (part || failures > TRIES) return
      let isGone = false
      const ask = () =>
        load().then(
          loaded => {
            part = loaded
            if (!isGone) setHere(true)
          },
          () => !isGone && setFailures(failures + 1),
        )
      const timer = failures === 0 ? null : setTimeout(ask, AGAIN_MS)
      if (timer === null) void ask()
      return () => {
        isGone = true
        if (timer !== null) clearTimeout(timer)
      }
    }, [failures])
    if (part) return h(part, props)
    if (failures === 0) return <div class={`ghost ${ghost}`} aria-hidden="true" />
    // The files of an older build are gone after a deploy.
    return (
      <p class="empty" role="status">
        This part could not be loaded{failures > TRIES ? '.' : '; trying again.'}{' '}
        <button type="button" class="button small" onClick={() => location.reload()}>
          Reload
        </button>
      </p>
    )
  }
}
