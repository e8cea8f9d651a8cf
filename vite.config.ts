import { defineConfig, type Plugin } from 'vite'

// The oldest browsers with light-dark(): for older ones the styles would be written twice over.
const BROWSERS = ['chrome123', 'firefox121', 'safari17.5']

// Vite wraps each lazy import in two kilobytes that load a chunk's own styles first. Our chunks have none.
const bareImports: Plugin = {
  name: 'bare-imports',
  enforce: 'pre',
  load: id => (id.includes('vite/preload-helper') ? 'export const __vitePreload = load => load()' : null),
}

export default defineConfig({
  root: 'src/dashboard',
  base: '/',
  plugins: [bareImports],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    assetsInlineLimit: 0,
    modulePreload: false,
    target: BROWSERS,
    cssTarget: BROWSERS,
  },
})
