import { cancel, confirm, intro, isCancel, log, outro, password, select, text } from '@clack/prompts'

export interface Choice<Value extends string> {
  value: Value
  label: string
  hint?: string
}

type Validate = (value: string) => string | undefined

/** Where setup asks and tells. Nothing that is secret is handed to `say`, but the one token that is made. */
export interface Desk {
  /** False: nobody is there to answer, and everything comes from the environment. */
  asks: boolean
  /** What is done right now, for whoever interrupts it. */
  doing: string
  open(title: string): void
  say(line: string): void
  done(line: string): void
  warn(line: string): void
  close(line: string): void
  /** Typed, and not shown. */
  secret(message: string, validate?: Validate): Promise<string>
  text(message: string, initial: string, validate?: Validate): Promise<string>
  choose<Value extends string>(message: string, choices: readonly Choice<Value>[]): Promise<Value>
  confirm(message: string): Promise<boolean>
}

/** Somebody pressed Ctrl-C or Escape. */
export class Cancelled extends Error {}

export function terminalDesk(): Desk {
  const checked = (validate: Validate | undefined) => (value: string | undefined) => validate?.(value?.trim() ?? '')
  return {
    asks: true,
    doing: '',
    open: title => intro(title),
    say: line => log.info(line),
    done: line => log.success(line),
    warn: line => log.warn(line),
    close: line => outro(line),
    secret: async (message, validate) => answered(await password({ message, validate: checked(validate) })).trim(),
    text: async (message, initialValue, validate) =>
      answered(await text({ message, initialValue, validate: checked(validate) })).trim(),
    choose: async (message, choices) => answered(await select<string>({ message, options: [...choices] })) as never,
    confirm: async message => answered(await confirm({ message })),
  }
}

/** Lines alone, for a log. To be asked there is a fault of ours. */
export function printingDesk(): Desk {
  const nobody = (message: string): never => {
    throw new Error(`Nobody is there to be asked: ${message}`)
  }
  return {
    asks: false,
    doing: '',
    open: title => console.log(title),
    say: line => console.log(line),
    done: line => console.log(`✓ ${line}`),
    warn: line => console.log(`! ${line}`),
    close: line => console.log(line),
    secret: async message => nobody(message),
    text: async message => nobody(message),
    choose: async message => nobody(message),
    confirm: async message => nobody(message),
  }
}

export function sayCancelled(line: string): void {
  if (process.stdout.isTTY) cancel(line)
  else console.log(line)
}

function answered<T>(value: T): Exclude<T, symbol> {
  if (isCancel(value)) throw new Cancelled()
  return value as Exclude<T, symbol>
}
