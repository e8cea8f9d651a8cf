import { useEffect, useState } from 'preact/hooks'
import { usePlace } from './PageContext.ts'
import { type Again, afterFaults, type Resource, UNASKED } from './question.ts'
import { useStore } from './store.ts'

/** What the server answers at a path of its API, while somebody looks. Null: nothing is asked. */
export function useResource<T>(path: string | null, again?: Again): Resource<T> {
  return useResources<T>(path === null ? [] : [path], again)[0] ?? UNASKED
}

export function useResources<T>(paths: readonly string[], again: Again = afterFaults): Resource<T>[] {
  const { page } = usePlace()
  const [, draw] = useState(0)
  const isIn = useStore(page.session.access).kind === 'in'
  const key = paths.join(' ')
  useEffect(() => {
    if (!isIn) return
    const watched = paths.map(path => page.resources.watch(path, again))
    const stops = watched.map(({ store }) => store.subscribe(() => draw(count => count + 1)))
    draw(count => count + 1)
    return () => {
      for (const stop of stops) stop()
      for (const { release } of watched) release()
    }
  }, [page, isIn, key])
  return paths.map(path => page.resources.peek(path) as Resource<T>)
}
