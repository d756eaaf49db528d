// Builds dist/: ES modules, and CommonJS below dist/cjs with the package.json that says so. A file of lib/ has its
// declarations; what runs is in few files, see bundle.mjs.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

function compile(project, ...options) {
  execFileSync(process.execPath, [tsc, '-p', project, ...options], { stdio: 'inherit' });
}

const compiled = mkdtempSync(join(tmpdir(), 'cryptofuse-build-'));
try {
  rmSync('dist', { recursive: true, force: true });
  compile('tsconfig.build.json');
  compile('tsconfig.cjs.json');
  compile('tsconfig.bundle.json', '--outDir', compiled);
  await bundle(compiled, 'dist');
  copyFileSync(join(compiled, 'browser.js'), 'dist/browser.js');
  writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
} finally {
  rmSync(compiled, { recursive: true, force: true });
}
