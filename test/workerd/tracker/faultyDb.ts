type Doors = Partial<Record<'batch' | 'prepare', (real: D1Database, given: never) => unknown>>

/** The real database behind a wrapper whose doors can be made to fail. */
export function behind(real: D1Database, doors: Doors): D1Database {
  return new Proxy(real, {
    get(target, name) {
      const door = doors[name as keyof Doors]
      if (door !== undefined) return (...args: unknown[]) => (door as (...all: unknown[]) => unknown)(target, ...args)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Reads are served, and every write fails with `message`. */
export function refusingWrites(real: D1Database, message: string): D1Database {
  return behind(real, { batch: () => Promise.reject(new Error(message)) })
}

/** Says nothing, ever. */
export function hangingDb(): D1Database {
  const silence = () => new Promise<never>(() => {})
  const statement: Record<string, unknown> = { all: silence, run: silence, first: silence, raw: silence }
  statement.bind = () => statement
  return { prepare: () => statement, batch: silence, exec: silence } as unknown as D1Database
}

/** Tells how many statements are given to it. */
export function countedDb(real: D1Database, count: (statements: number) => void): D1Database {
  return behind(real, {
    batch: (db, statements: D1PreparedStatement[]) => {
      count(statements.length)
      return db.batch(statements)
    },
  })
}
