import { transform } from '@swc/core';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const OPTIONS = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

/** The module that replaces the default transport in a suite on another one, in its processes too. */
const STAND_IN = new URL('../support/undici-by-default.ts', import.meta.url).href;
const isOnUndici = process.env.TRANSPORT === 'undici';

export function resolve(specifier, context, next) {
  if (isOnUndici && specifier.endsWith('/axios-transport.js')) return next(STAND_IN, context);
  const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true;
  return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), 'utf8'), OPTIONS);
  return { format: 'module', source: code, shortCircuit: true };
}
