// Makes few files of many: Node takes five times as long to load the package from a file for each of lib/.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';

const ENTRY_POINTS = ['index', 'testing/index', 'undici/index'];
const PEERS = /^(@nestjs\/(axios|common|core)|axios|class-validator|rxjs|undici)$/;

/** What TypeScript's decorators need comes once into the bundle, and not as a dependency. */
const decoratorHelpers = {
  name: 'decorator-helpers',
  resolveId: (id) =>
    id === 'tslib' ? fileURLToPath(import.meta.resolve('tslib/tslib.es6.mjs')) : undefined,
};

/** V8 reads a text of ASCII faster: with one other character, each takes two bytes. */
const ascii = {
  name: 'ascii',
  renderChunk: (code) =>
    code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
};

/** Returns the modules that `id` loads at once, itself included. */
function loadedBy(id, getModuleInfo, loaded = new Set()) {
  if (loaded.has(id)) return loaded;
  loaded.add(id);
  for (const imported of getModuleInfo(id).importedIds) loadedBy(imported, getModuleInfo, loaded);
  return loaded;
}

/** Writes the ES modules of the folder `compiled` as bundles into `folder`, and as CommonJS into its `cjs`. */
export async function bundle(compiled, folder) {
  const pathOf = (name) => join(compiled, `${name}.js`);
  const made = await rollup({
    input: Object.fromEntries(ENTRY_POINTS.map((name) => [name, pathOf(name)])),
    external: (id) => PEERS.test(id) || id.startsWith('node:'),
    plugins: [decoratorHelpers, ascii],
    treeshake: { unknownGlobalSideEffects: false },
    onLog: (_, { message }) => {
      throw new Error(message);
    },
  });
  const output = {
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
    hoistTransitiveImports: false,
    // All that the package itself loads is one file, whichever entry point shares parts of it.
    manualChunks: (id, { getModuleInfo }) => {
      const index = pathOf('index');
      return id !== index && loadedBy(index, getModuleInfo).has(id) ? 'client' : undefined;
    },
  };
  const commonjs = { format: 'cjs', interop: 'auto', dynamicImportInCjs: false };
  await made.write({ ...output, dir: folder, format: 'es' });
  await made.write({ ...output, ...commonjs, dir: join(folder, 'cjs') });
  await made.close();
}
