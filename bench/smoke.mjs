// The same in small, for CI: fails where a figure is beyond any noise. What is within says nothing of the targets.
import { CONTESTANTS } from './contestants.mjs';
import { probeFigures, requestFigures } from './figures.mjs';
import { PROBES } from './probes.mjs';
import { startServer } from './server-process.mjs';
import { startContestants } from './start-contestants.mjs';

/** By how much a ratio may exceed its target here. */
const TOLERANCE = 2.5;

const failures = [];

function check(what, value, bound) {
  const isWithin = value <= bound;
  console.log(`${isWithin ? 'ok  ' : 'FAIL'} ${what}: ${value.toFixed(2)} (bound ${bound})`);
  if (!isWithin) failures.push(what);
}

const bases = CONTESTANTS.filter(({ again }) => again).map(({ file }) => file);
const judged = CONTESTANTS.filter(({ file, limit }) => limit !== undefined || bases.includes(file));

/** Whoever has no bound here makes one call, at the start: it fails where that does. */
async function startOthers(url) {
  const others = CONTESTANTS.filter((one) => !judged.includes(one));
  const { started, stop } = await startContestants(others, url);
  for (const { label } of started) console.log(`ok   ${label} calls`);
  await stop();
}

const server = await startServer();
try {
  await startOthers(server.url);
  const { figures } = await requestFigures(server.url, judged, { rounds: 3, calls: 2_000 });
  for (const { label, against, limit, ratio } of figures) {
    if (limit !== undefined) check(`${label}, × ${against}`, ratio, limit * TOLERANCE);
  }
  for (const probe of PROBES) {
    const { title, value, bound } = await probeFigures(server.url, probe, probe.small);
    check(title, value, bound);
  }
} finally {
  await server.stop();
}
if (failures.length > 0) process.exitCode = 1;
