// Bundles what the browser needs into wwwroot/lib; the MSBuild target BuildAssets runs it when something here changed.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const out = fileURLToPath(new URL('../../wwwroot/lib', import.meta.url));
await rm(out, { recursive: true, force: true });
await build({
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: { app: 'css/app.css', portal: 'js/portal.js', theme: 'js/theme.js', editor: 'js/editor.js', terminal: 'js/terminal.js', upload: 'js/upload.js' },
  outdir: out,
  bundle: true,
  format: 'esm',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  minify: true,
  legalComments: 'linked',
  loader: { '.woff2': 'file' },
  assetNames: 'fonts/[name]',
  logLevel: 'warning',
});
