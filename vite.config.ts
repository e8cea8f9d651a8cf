import { defineConfig } from 'vite'

// The oldest browsers with light-dark(): for older ones the styles would be written twice over.
const BROWSERS = ['chrome123', 'firefox121', 'safari17.5']

// Many small files take longer than one: what every view needs is one file, and what Today alone needs another.
const GROUPS = [
  {
    name: 'today',
    priority: 2,
    test: /dashboard\/(views\/(today\/(?!view\.)|costs\/(CostsLine|costWords)|alerts\/kindWords)|tiers\/(Tier|Split|barScale|placeMarks|dayCurve|outlook)|words\/dollars)/,
  },
  {
    name: 'shell',
    priority: 1,
    test: /node_modules\/preact|dashboard\/(page|link|words)\/|dashboard\/views\/(view|views|\w+\/view|\w+\/\w+Address)\.ts|dashboard\/shell\/(?!Kiosk|Help|useWakeLock|Csv|Data|Panel|Table|Trouble)|dashboard\/status\/(?!FirstRun|firstRun)|dashboard\/tiers\/(use(?!Usual)|verdict|tierState)/,
  },
]

export default defineConfig({
  root: 'src/dashboard',
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    assetsInlineLimit: 0,
    // A view and what it shares with others come side by side; every browser from the list above preloads modules.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
    target: BROWSERS,
    cssTarget: BROWSERS,
  },
})
