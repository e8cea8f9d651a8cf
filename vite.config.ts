import { defineConfig } from 'vite'

// The oldest browsers with light-dark(): for older ones the styles would be written twice over.
const BROWSERS = ['chrome123', 'firefox121', 'safari17.5']

export default defineConfig({
  root: 'src/dashboard',
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    assetsInlineLimit: 0,
    modulePreload: false,
    target: BROWSERS,
    cssTarget: BROWSERS,
  },
})
