import { Child } from './child.mjs';

/**
 * Starts a process for each of `contestants`, with `env` beside the environment of this one.
 *
 * @returns the contestants, each with its `label` and `run({ calls, inFlight })`: CPU time a call in µs
 */
export async function startContestants(contestants, url, env) {
  const started = [];
  for (const contestant of contestants) {
    const child = new Child('./contestant-process.mjs', [contestant.file, url], env);
    const name = await child.next();
    const label = contestant.again ? `${name}, again` : name;
    started.push({
      ...contestant,
      name,
      label,
      run: (slot) => child.ask(slot),
      stop: () => child.stop(),
    });
  }
  return {
    started,
    stop: () => Promise.all(started.map((one) => one.stop())),
  };
}
