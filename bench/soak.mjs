// Calls a million times on each transport, tokens renewed meanwhile: the heap must not grow, and no socket stay.
// CALLS makes it shorter.
import { setTimeout as pause } from 'node:timers/promises';
import { CryptofuseService } from 'nestjs-cryptofuse';
import { clientIdOfLife } from './credentials.mjs';
import { callMany } from './measure.mjs';
import { openCryptofuse, TRANSPORTS } from './open-cryptofuse.mjs';
import { startServer } from './server-process.mjs';

const MEGABYTE = 1024 * 1024;
const MAX_GROWTH = 2 * MEGABYTE;
const IN_FLIGHT = 64;
const PARTS = 10;
/** Seconds; a million calls meet many renewals. */
const LIFE = 10;
/** How often, at 50 ms, the server is asked whether it has seen the connections end. */
const PATIENCE = 40;

const calls = Number(process.env.CALLS ?? 1_000_000);
const gc = globalThis.gc;
if (gc === undefined) throw new Error('The soak needs node --expose-gc: npm run bench:soak.');

/** Bytes in use once all garbage is gone: the heap, and the buffers outside of it. */
async function bytesInUse() {
  for (let turn = 0; turn < 3; turn += 1) {
    await pause(20);
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function connectionsLeft(server) {
  let left = await server.connections();
  for (let turn = 0; left > 0 && turn < PATIENCE; turn += 1) {
    await pause(50);
    left = await server.connections();
  }
  return left;
}

/** Returns the bytes gained from the first part's end to the last one's. */
async function growthOver(call, transport) {
  // The first part fills caches and connections.
  await callMany(call, calls / PARTS, IN_FLIGHT);
  const before = await bytesInUse();
  let now = before;
  for (let part = 1; part <= PARTS; part += 1) {
    await callMany(call, calls / PARTS, IN_FLIGHT);
    now = await bytesInUse();
    const done = ((calls / PARTS) * part).toLocaleString('en');
    console.log(`${transport}: ${done} calls, ${(now / MEGABYTE).toFixed(2)} MB in use`);
  }
  return now - before;
}

async function soak(server, transport) {
  const context = await openCryptofuse(server.url, transport, {
    clientId: clientIdOfLife(LIFE),
    token: { budget: 1_000_000 },
  });
  const api = context.get(CryptofuseService);
  const growth = await growthOver(() => api.get('/user/me/'), transport);
  const open = await server.connections();
  await context.close();
  const left = await connectionsLeft(server);
  // None before would mean that they are not counted.
  const failed = growth > MAX_GROWTH || open === 0 || left > 0;
  console.log(
    `${transport}: ${(growth / MEGABYTE).toFixed(2)} MB gained (2.00 allowed); ${open} sockets before close, ` +
      `${left} after: ${failed ? 'FAILED' : 'ok'}`,
  );
  return failed;
}

const server = await startServer();
try {
  for (const transport of Object.keys(TRANSPORTS)) {
    if (await soak(server, transport)) process.exitCode = 1;
  }
} finally {
  await server.stop();
}
