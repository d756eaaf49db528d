import { CURVES } from './contestants.mjs';
import { best, interleaved, median } from './measure.mjs';
import { runProbe } from './run-probe.mjs';
import { startContestants } from './start-contestants.mjs';

/** In flight where clients are compared. */
const IN_FLIGHT = 64;
const LEVELS = [1, 4, 16, 64, 256, 1_000];

const AGAIN = ', again';

/** Returns best and median of each subject, and its ratios to the subjects named in `bases`. */
function figuresOf(samples, bases, statistic = 'best') {
  const figures = [...samples].map(([label, values]) => {
    return { label, best: best(values), median: median(values) };
  });
  const baseFigures = bases.map((base) => figures.find(({ label }) => label === base)[statistic]);
  return figures.map((figure) => ({
    ...figure,
    ratios: baseFigures.map((base) => figure[statistic] / base),
  }));
}

/** Returns how far apart the two figures of the same subject are, at worst: the error of a ratio. */
function errorOf(figures, statistic = 'best') {
  const apart = figures
    .filter(({ label }) => label.endsWith(AGAIN))
    .map((again) => {
      const first = figures.find(({ label }) => label === again.label.slice(0, -AGAIN.length));
      return Math.abs(again[statistic] / first[statistic] - 1);
    });
  return Math.max(...apart);
}

/** Measures a GET of 300 bytes with each of `contestants`. */
export async function requestFigures(url, contestants, { rounds, calls }, onRound) {
  const { started, stop } = await startContestants(contestants, url);
  const slot = { calls, inFlight: IN_FLIGHT };
  // Until the machine code is made.
  for (const one of started) await one.run(slot);
  const subjects = started.map(({ label, run }) => ({ label, sample: () => run(slot) }));
  const samples = await interleaved(subjects, rounds, onRound);
  await stop();
  const bases = ['undici', 'axios'];
  const figures = figuresOf(samples, bases).map((figure, index) => {
    const { against, limit } = contestants[index];
    return { ...figure, against, limit, ratio: figure.ratios[bases.indexOf(against)] };
  });
  return { bases, figures, error: errorOf(figures) };
}

/** Measures the cost of a call from 1 to 1 000 in flight; returns a list of µs by level for each client. */
export async function curveFigures(url, { rounds, calls }, onRound, env) {
  const chosen = CURVES.map((file) => ({ file }));
  const { started, stop } = await startContestants(chosen, url, env);
  for (const one of started) await one.run({ calls, inFlight: IN_FLIGHT });
  const keyOf = (label, inFlight) => `${label} at ${inFlight}`;
  const subjects = started.flatMap(({ label, run }) =>
    LEVELS.map((inFlight) => ({
      label: keyOf(label, inFlight),
      sample: () => run({ calls, inFlight }),
    })),
  );
  const samples = await interleaved(subjects, rounds, onRound);
  await stop();
  const curves = started.map(({ label }) => ({
    label,
    costs: LEVELS.map((inFlight) => best(samples.get(keyOf(label, inFlight)))),
  }));
  return { levels: LEVELS, curves };
}

/** Runs one probe of probes.mjs with `amount`. */
export async function probeFigures(url, probe, amount) {
  const { title, file, unit, limit, bound, isAbsolute = false, statistic = 'best' } = probe;
  const samples = await runProbe(file, url, amount);
  const [base] = samples.keys();
  const figures = figuresOf(samples, [base], statistic);
  const compared = figures.find(({ label }) => label !== base && label !== base + AGAIN);
  const value = isAbsolute ? compared[statistic] : compared.ratios[0];
  const error = errorOf(figures, statistic);
  return { title, unit, limit, bound, isAbsolute, statistic, figures, compared, value, error };
}
