// Measures everything, prints the tables and puts them into docs/performance.md.
// ROUNDS and CALLS (a slot of one client) make a run shorter; what is shorter than a full one is printed only.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { CONTESTANTS } from './contestants.mjs';
import { makeCertificate } from './certificate.mjs';
import { curveFigures, probeFigures, requestFigures } from './figures.mjs';
import { writePerformancePage } from './performance-page.mjs';
import { plot } from './plot.mjs';
import { PROBES } from './probes.mjs';
import { report } from './report.mjs';
import { startServer } from './server-process.mjs';

const FULL = { rounds: 7, calls: 20_000 };
const rounds = Number(process.env.ROUNDS ?? FULL.rounds);
const calls = Number(process.env.CALLS ?? FULL.calls);
const isFull = rounds >= FULL.rounds && calls >= FULL.calls;

const tell = (line) => console.error(line);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const [load] = loadavg();
const ground = [
  `nestjs-cryptofuse ${version}, Node ${process.version}, ${availableParallelism()} cores (${cpus()[0].model}), `,
  `${new Date().toISOString().slice(0, 10)}; load of the machine before the run: ${load.toFixed(2)}; `,
  `${rounds} rounds of ${calls} calls a client.`,
].join('');
if (load > 0.5) tell(`The machine is busy (load ${load.toFixed(2)}): the error will tell.`);

/** The counts of a full run, or as much less as the run is shorter. */
function amountOf({ full, small }) {
  return isFull ? full : { ...small, rounds: Math.min(rounds, small.rounds) };
}

const certificate = makeCertificate();
const server = await startServer();
const secureServer = await startServer(certificate);
try {
  const amount = { rounds, calls };
  const tellRound = (what) => (round) => tell(`${what}: round ${round} of ${rounds}`);
  const requests = await requestFigures(server.url, CONTESTANTS, amount, tellRound('requests'));
  const slots = { rounds, calls: Math.ceil(calls / 2) };
  const curves = await curveFigures(server.url, slots, tellRound('in flight'));
  const secureCurves = await curveFigures(
    secureServer.url,
    slots,
    tellRound('in flight over TLS'),
    { NODE_EXTRA_CA_CERTS: certificate.file },
  );
  const probes = [];
  for (const probe of PROBES) {
    tell(probe.title);
    probes.push(await probeFigures(server.url, probe, amountOf(probe)));
  }
  const figures = { requests, curves, secureCurves, probes, ground };
  console.log(report(figures));
  if (isFull) writePerformancePage(report(figures), plot(figures));
} finally {
  await Promise.all([server.stop(), secureServer.stop()]);
  certificate.remove();
}
