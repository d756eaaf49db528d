import { Child } from './child.mjs';

/** Runs a probe; returns its samples by label. */
export async function runProbe(file, url, amount) {
  const child = new Child('./probe-process.mjs', [file, url]);
  try {
    await child.next();
    return new Map(await child.ask(amount));
  } finally {
    await child.stop();
  }
}
