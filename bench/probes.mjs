/**
 * What is measured beside requests. Of a probe's subjects the first is what the others are compared with, and
 * `limit` is for the first that is not it: a ratio, or with `isAbsolute` a number of `unit`s.
 * `full` is the amount of `npm run bench`, `small` that of `npm run bench:smoke`, which fails beyond `bound`.
 */
export const PROBES = [
  {
    title: 'A cached token',
    file: './probes/cached-token.mjs',
    unit: 'CPU time a call, ns',
    limit: 2,
    bound: 30,
    full: { rounds: 15, calls: 500_000 },
    small: { rounds: 5, calls: 50_000 },
  },
  {
    title: '1 000 cold calls, on undici',
    file: './probes/cold-calls.mjs',
    unit: 'CPU time a call, µs',
    limit: 1.3,
    bound: 4,
    full: { rounds: 30, calls: 1_000, transport: 'undici' },
    small: { rounds: 3, calls: 1_000, transport: 'undici' },
  },
  {
    title: '1 000 cold calls, on axios',
    file: './probes/cold-calls.mjs',
    unit: 'CPU time a call, µs',
    limit: 1.3,
    bound: 4,
    full: { rounds: 30, calls: 1_000, transport: 'axios' },
    small: { rounds: 3, calls: 1_000, transport: 'axios' },
  },
  {
    title: 'Renewal under load, 500 calls a second',
    file: './probes/renewal-latency.mjs',
    unit: 'p99.9 of the latency, ms',
    // The best round of a tail is the one without a tail.
    statistic: 'median',
    limit: 1.2,
    // A tail of a few calls on a shared machine says nothing.
    bound: Infinity,
    full: { rounds: 7, rate: 500, seconds: 10 },
    small: { rounds: 1, rate: 200, seconds: 1 },
  },
  {
    title: 'Quota of 1 to 10 000 calls, one in flight, on undici',
    file: './probes/quota-size.mjs',
    unit: 'CPU time a call, µs',
    limit: 1.1,
    bound: 3,
    full: { rounds: 15, calls: 5_000 },
    small: { rounds: 2, calls: 1_000 },
  },
  {
    title: 'Import, beyond Nest and @nestjs/axios',
    file: './probes/import-time.mjs',
    unit: 'time, ms',
    isAbsolute: true,
    limit: 15,
    bound: 1_500,
    full: { rounds: 15 },
    small: { rounds: 2 },
  },
];
