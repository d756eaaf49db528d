// Takes a CPU profile of one contestant and prints where its time goes: npm run bench:profile -- [contestant], where the
// contestant is the name of its file. CALLS makes it shorter. The profile opens in Chrome's DevTools and in VS Code.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CONTESTANTS, load } from './contestants.mjs';
import { callMany } from './measure.mjs';
import { startServer } from './server-process.mjs';

const IN_FLIGHT = 64;
const SHOWN = 30;
const calls = Number(process.env.CALLS ?? 50_000);
const wanted = process.argv[2] ?? 'cryptofuse-on-undici';

const names = new Map(CONTESTANTS.map(({ file }) => [basename(file, '.mjs'), file]));
const file = names.get(wanted);
if (file === undefined) {
  console.error(`There is no contestant '${wanted}'. There are: ${[...names.keys()].join(', ')}.`);
  process.exit(1);
}

/** Returns the profile of `work`. */
async function profileOf(work) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
}

/** Whose code a URL holds: the package, a dependency, Node, the bench. */
function ownerOf(url) {
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  if (url.includes('/dist/')) return 'nestjs-cryptofuse';
  if (url.startsWith('node:')) return 'node';
  return url === '' ? 'V8' : 'bench';
}

/** Returns the share of the time that is not idle, by what `nameOf` makes of a call frame. */
function sharesBy({ nodes, samples, timeDeltas }, nameOf) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame.functionName === '(idle)') return;
    const name = nameOf(frame);
    total += timeDeltas[index];
    times.set(name, (times.get(name) ?? 0) + timeDeltas[index]);
  });
  const sorted = [...times].sort(([, one], [, other]) => other - one);
  return sorted.map(
    ([name, time]) => `${((100 * time) / total).toFixed(1).padStart(5)} %  ${name}`,
  );
}

function placeOf({ functionName, url, lineNumber }) {
  const place =
    url === '' ? '' : `  ${url.replace(/^.*\/(node_modules|dist)\//, '')}:${lineNumber + 1}`;
  return `${functionName || '(anonymous)'}${place}`;
}

const server = await startServer();
const { name, open } = await load(file);
const client = await open(server.url);
await callMany(client.call, calls / 5, IN_FLIGHT);
const profile = await profileOf(() => callMany(client.call, calls, IN_FLIGHT));
await client.close();
await server.stop();

const path = join(tmpdir(), `${wanted}.cpuprofile`);
writeFileSync(path, JSON.stringify(profile));
console.log(`${name}, ${calls} calls\n`);
console.log(sharesBy(profile, ({ url }) => ownerOf(url)).join('\n'), '\n');
console.log(sharesBy(profile, placeOf).slice(0, SHOWN).join('\n'));
console.log(`\n${path}`);
process.exit();
