const folderEntryPoint = '^lib/(testing|terminus|redis|opentelemetry|undici)/';
const fileEntryPoint = '^lib/(index|browser)\\.ts$';

/**
 * Imports run down the floors and never up, type-only ones included, and no two files import each other.
 * A floor must take nothing from those listed before it.
 */
const floors = [
  [folderEntryPoint, fileEntryPoint],
  [
    '^lib/(cryptofuse\\.(module|providers|options|lifecycle)|application-clients|request-scope-guard)\\.ts$',
  ],
  ['^lib/merchants/'],
  [
    '^lib/(cryptofuse(-http)?\\.service|cryptofuse-exception\\.filter|inject-cryptofuse\\.decorator)\\.ts$',
  ],
  ['^lib/client\\.ts$'],
  ['^lib/http-service/'],
  ['^lib/pipeline/'],
  ['^lib/request/'],
  ['^lib/token/'],
  ['^lib/transport/'],
  ['^lib/(config|contracts|exceptions|diagnostics)/'],
  ['^lib/clock/'],
];

const [entryPoints, ...inside] = floors;

const upward = inside.map((floor, index) => ({
  name: `no-import-up-from-floor-${index + 1}`,
  comment: 'An import runs down the floors: see CONTRIBUTING.md.',
  severity: 'error',
  from: { path: floor, pathNot: entryPoints },
  to: { path: floors.slice(0, index + 1).flat() },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Two files that import each other cannot be read one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...upward,
    {
      name: 'no-import-of-an-entry-file',
      comment: 'The entry files are for applications; inside, import the file that has the thing.',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: fileEntryPoint },
    },
    {
      name: 'no-import-between-entry-points',
      comment: 'Whoever imports one entry point must not load another one, nor its peer.',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: folderEntryPoint, pathNot: '^lib/$1/' },
    },
    {
      name: 'every-file-has-a-floor',
      comment: 'A new folder of lib/ gets its floor in this file first.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lib/', pathNot: floors.flat() },
    },
    {
      name: 'every-importer-has-a-floor',
      comment: 'A new folder of lib/ gets its floor in this file first.',
      severity: 'error',
      from: { path: '^lib/', pathNot: floors.flat() },
      to: {},
    },
    {
      name: 'lib-imports-lib',
      comment:
        'The package holds nothing but what lib/ becomes, and lib/ does not import what it becomes.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(dist|test|sample|bench|tools|docs)/' },
    },
    {
      name: 'sample-imports-the-package',
      comment: 'The sample uses the package as an application does: by its published name.',
      severity: 'error',
      from: { path: '^sample/' },
      to: { path: '^(lib|test)/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'no-platform-in-lib',
      comment: 'The package works on every Nest platform, so it imports none.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: 'node_modules/(@nestjs/platform-|express/|fastify/)' },
    },
    {
      name: 'only-peers-in-lib',
      comment: 'At run time the package needs its peers and nothing else.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-optional', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['^coverage/', '^sample/dist/', '^test/nest11/node_modules/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types'],
    },
  },
};
