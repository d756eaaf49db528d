/**
 * Imports run down the floors and never up, type-only ones included, and no two files import each other.
 * A folder is listed with the folders above it, from which it must take nothing.
 */
const floors = [
  ['^lib/(testing|terminus|redis|opentelemetry|undici)/', '^lib/index\\.ts$', '^lib/browser\\.ts$'],
  ['^lib/[^/]+\\.ts$'],
  ['^lib/http/'],
  ['^lib/token/'],
  ['^lib/transport/'],
  ['^lib/(config|exceptions|diagnostics)/'],
  ['^lib/clock/'],
];

const entryPoints = floors[0];

const upward = floors.slice(1).map((floor, index) => ({
  name: `no-import-up-from-floor-${index + 1}`,
  comment: 'An import runs down the floors: see CONTRIBUTING.md.',
  severity: 'error',
  from: { path: floor, pathNot: entryPoints },
  to: { path: floors.slice(0, index + 1).flat(), },
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
      name: 'no-platform-in-lib',
      comment: 'The package works on every Nest platform, so it imports none.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '@nestjs/platform-|^node_modules/(express|fastify)/' },
    },
    {
      name: 'only-peers-in-lib',
      comment: 'At run time the package needs its peers and nothing else.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-optional', 'unknown'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|sample/dist)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'types'] },
  },
};
