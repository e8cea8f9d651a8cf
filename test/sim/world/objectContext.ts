import { Crashed, type PortCall, Refused } from '../engine/faultPoints.ts'
import type { SimSocket } from '../engine/standIns.ts'
import type { Caller } from './network.ts'
import type { ObjectDisk } from './objectDisk.ts'
import type { Platform } from './platform.ts'

type Value = string | number | null

/** `ctx` of one incarnation: its storage, alarm and sockets. Every call may be struck, and a dead one does nothing. */
export function objectContext(platform: Platform, disk: ObjectDisk, incarnation: Caller) {
  const guarded = <T>(call: PortCall, act: () => T): T => strike(incarnation, call, act)
  const exec = (query: string, ...params: Value[]) => {
    const act = () => disk.exec(query, params)
    // Reads change nothing, so a strike at one is a strike at the next write.
    const rows = /^\s*SELECT/i.test(query) ? ifAlive(incarnation, act) : guarded('sql', act)
    return { toArray: () => rows, rowsWritten: disk.changedByLast, rowsRead: rows.length + disk.scannedBy(query) }
  }
  const setAlarm = (at: number) => {
    if (!(Number.isFinite(at) && at > 0)) throw new TypeError(`setAlarm(${at})`)
    disk.alarm = at
    platform.rearm()
  }
  return {
    storage: {
      sql: { exec },
      transactionSync: <T>(write: () => T): T => guarded('transaction', () => disk.transaction(write)),
      // Both answer a turn later.
      getAlarm: async () => guarded('alarm', () => disk.alarm),
      setAlarm: async (at: number) => guarded('alarm', () => setAlarm(at)),
    },
    setWebSocketAutoResponse: () => {},
    acceptWebSocket: (socket: SimSocket) => {
      platform.sockets.push(socket)
      socket.onFrame = text => {
        guarded('socket', () => disk.flush())
        platform.onFrame(socket, text)
      }
    },
    getWebSockets: () => platform.sockets,
  }
}

function ifAlive<T>(incarnation: Caller, act: () => T): T {
  if (!incarnation.isAlive()) throw new Crashed('the process has ended')
  return act()
}

function strike<T>(incarnation: Caller, call: PortCall, act: () => T): T {
  if (!incarnation.isAlive()) throw new Crashed('the process has ended')
  const blow = incarnation.points.next(call)
  if (blow === 'crashBefore') incarnation.die()
  if (blow === 'throwBefore' || blow === 'hang') throw new Refused(`storage refused (${call})`)
  const result = act()
  if (blow === 'crashAfter') incarnation.die()
  if (blow === 'throwAfter') throw new Refused(`storage failed after the work (${call})`)
  return result
}
