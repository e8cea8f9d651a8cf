import { useEffect } from 'preact/hooks'

/** A wall screen stays on. The lock is lost whenever the page is hidden, and asked for again. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null
    const take = async () => {
      try {
        if (!document.hidden) lock = await navigator.wakeLock.request('screen')
      } catch {
        lock = null
      }
    }
    void take()
    document.addEventListener('visibilitychange', take)
    return () => {
      document.removeEventListener('visibilitychange', take)
      void lock?.release()
    }
  }, [])
}
