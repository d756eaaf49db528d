/** Makes `calls` calls, `inFlight` at a time. */
export async function callMany(call, calls, inFlight) {
  let begun = 0;
  const lane = async () => {
    while (begun < calls) {
      begun += 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, calls) }, lane));
}

/** Returns the CPU time in µs, of user and system, that this process spends until `work` is done. */
export async function cpuOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Returns what {@link cpuOf} does, with no garbage at the start: for subjects that share a process. */
export async function cleanCpuOf(work) {
  globalThis.gc?.();
  return cpuOf(work);
}

/**
 * Takes a sample of every subject in each round, so that what disturbs the machine disturbs all alike;
 * the order changes from round to round.
 *
 * @param subjects objects with a `label` and a `sample()` that gives a number
 * @returns samples by label
 */
export async function interleaved(subjects, rounds, onRound = () => undefined) {
  const samples = new Map(subjects.map(({ label }) => [label, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { label, sample } of rotated(subjects, round)) {
      samples.get(label).push(await sample());
    }
    onRound(round + 1);
  }
  return samples;
}

function rotated(list, round) {
  const start = round % list.length;
  const turned = [...list.slice(start), ...list.slice(0, start)];
  return round % 2 === 0 ? turned : turned.reverse();
}

export const best = (samples) => Math.min(...samples);

export function median(samples) {
  const sorted = [...samples].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
