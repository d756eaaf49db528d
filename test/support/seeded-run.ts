import fc from 'fast-check';

/** The seed of this process: `SEED=… npm test` repeats a run. */
const SEED = process.env['SEED'] === undefined ? Date.now() % 2 ** 31 : Number(process.env['SEED']);

/** Runs `property`, asynchronous or not, as often as `runs` says, and prints its seed. */
export async function seededRun<T>(
  name: string,
  property: fc.IRawProperty<T>,
  runs: number,
): Promise<void> {
  process.stdout.write(`${name}: SEED=${SEED}, ${runs} runs\n`);
  await fc.assert(property, { seed: SEED, numRuns: runs });
}
