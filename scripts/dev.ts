// npm run dev: local migrations, then `wrangler dev` on port 8787 with the data open to this machine. It reads .dev.vars
// as wrangler does and passes further options on: npm run dev -- --port 8788
import { endGroup, migrateLocally, startWrangler, whenAsked } from './wrangler.ts'

const args = process.argv.slice(2)

try {
  await migrateLocally(args.flatMap((arg, at) => placeIn(arg, args[at + 1])))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
// Later ones win, so that --var AUTH_MODE:token of the caller does.
const child = startWrangler(['dev', '--var', 'AUTH_MODE:open', ...args], 'inherit')
whenAsked(() => void endGroup(child).then(() => process.exit(0)))
child.once('exit', code => process.exit(code ?? 1))

/** The folder of the state is the one option that the migrations share. */
function placeIn(arg: string, next: string | undefined): string[] {
  if (arg.startsWith('--persist-to=')) return [arg]
  return arg === '--persist-to' && next !== undefined ? [arg, next] : []
}
