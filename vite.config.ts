import { defineConfig, type Plugin } from 'vite'

// The oldest browsers with light-dark(): for older ones the styles would be written twice over.
const BROWSERS = ['chrome123', 'firefox121', 'safari17.5']

// Vite wraps each lazy import in two kilobytes that load a chunk's own styles first. Our chunks have none.
const bareImports: Plugin = {
  name: 'bare-imports',
  enforce: 'pre',
  load: id => (id.includes('vite/preload-helper') ? 'export const __vitePreload = load => load()' : null),
}

// The first Intl object of a cold page takes 20 to 70 ms, and uPlot makes two when it is loaded: for time scales and default
// labels. Our charts have neither. What uPlot only hangs on itself for others to use goes too, 1.6 KiB gzipped: no bundler
// may drop it.
const IN_UPLOT_INSTEAD = {
  'new Intl.DateTimeFormat().resolvedOptions().timeZone': "''",
  "new Intl.NumberFormat(domEnv ? nav.language : 'en-US')": '{ format: String }',
  'uPlot.rangeLog = rangeLog;': '',
  'uPlot.rangeAsinh = rangeAsinh;': '',
  'uPlot.join = join;': '',
  'uPlot.fmtDate = fmtDate;': '',
  'uPlot.tzDate  = tzDate;': '',
  '(paths.bars    = bars);': '',
  '(paths.spline  = monotoneCubic);': '',
}
const withoutIntl: Plugin = {
  name: 'without-intl',
  transform(code, id) {
    if (!id.includes('uplot')) return null
    let left = code
    for (const [text, instead] of Object.entries(IN_UPLOT_INSTEAD)) {
      if (!left.includes(text))
        throw new Error(`uPlot no longer has ${text}: look again at what it does when it is loaded`)
      left = left.replace(text, instead)
    }
    return { code: left, map: null }
  },
}

export default defineConfig({
  root: 'src/dashboard',
  base: '/',
  plugins: [bareImports, withoutIntl],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    assetsInlineLimit: 0,
    modulePreload: false,
    target: BROWSERS,
    cssTarget: BROWSERS,
  },
})
