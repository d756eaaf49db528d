// What a client and an account hold, and the files that a warm GET runs through: on the sources, since dist/ is bundled.
import 'reflect-metadata';
import { Session } from 'node:inspector/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CLIENT_ID, CLIENT_SECRET } from './credentials.mjs';
import { startServer } from './server-process.mjs';

const CLIENTS = 100;
const ACCOUNTS = 10_000;
const WARM_CALLS = 50;
const ROUNDS = 5;
const LIB = new URL('../lib/', import.meta.url);

const gc = globalThis.gc;
if (gc === undefined) throw new Error('The heap needs node --expose-gc: npm run bench:footprint.');

const sourceOf = (path) => import(new URL(path, LIB));
const { CryptofuseModule, CryptofuseService } = await sourceOf('index.ts');
const { undiciTransport } = await sourceOf('undici/index.ts');

async function bytesInUse() {
  for (let turn = 0; turn < 3; turn += 1) {
    await pause(20);
    gc();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Returns the bytes and the milliseconds that each of `count` modules costs in one application: the least of several rounds. */
async function costOfModules(count, moduleOf) {
  let opened = 0;
  const open = () => {
    const imports = Array.from({ length: count }, () => moduleOf((opened += 1)));
    class Root {}
    Module({ imports })(Root);
    return NestFactory.createApplicationContext(Root, { logger: false });
  };
  // What the engine still compiles would count for the modules.
  const applications = [await open(), await open()];
  let bytes = Infinity;
  let milliseconds = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await bytesInUse();
    const started = performance.now();
    applications.push(await open());
    milliseconds = Math.min(milliseconds, performance.now() - started);
    bytes = Math.min(bytes, (await bytesInUse()) - before);
  }
  for (const application of applications) await application.close();
  return { bytes: bytes / count, milliseconds: milliseconds / count };
}

/** Returns a module without anything. */
function emptyModule() {
  class Empty {}
  Module({})(Empty);
  return Empty;
}

class Shared {}
Module({})(Shared);

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder().build();
class Nothing extends ConfigurableModuleClass {}
Module({})(Nothing);

/** Returns a module of the shape of `definition` whose providers give nothing: what Nest itself takes for a client. */
function moduleOfNothing({ providers, exports }) {
  const tokens = providers.slice(1).map(() => Symbol('nothing'));
  const nothing = tokens.map((provide, index) => ({
    provide,
    inject: tokens.slice(0, Math.min(index, 1)),
    useFactory: async () => undefined,
  }));
  const made = Nothing.registerAsync({ useFactory: () => ({}) });
  return {
    ...made,
    imports: [Shared],
    providers: [...made.providers, ...nothing],
    exports: tokens.slice(0, exports.length),
  };
}

function clientModule(index) {
  const clientSecret = `secret-${index}`;
  return CryptofuseModule.forRoot({
    clientId: `client-${index}`,
    clientSecret,
    baseUrl: 'http://127.0.0.1:9',
  });
}

/** Returns the bytes and the microseconds that each of `count` accounts without a token costs on one client. */
async function costOfAccounts(count) {
  const { Client } = await sourceOf('client.ts');
  const { SystemClock } = await sourceOf('clock/clock.ts');
  const { configure } = await sourceOf('config/configure.ts');
  const { Secret } = await sourceOf('config/secret.ts');
  const config = configure({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }, {});
  const surroundings = { clock: new SystemClock(), sink: { write() {} }, instantiate: undefined };
  const { machinery } = new Client(config, surroundings);
  const { baseUrl, scopes } = config;
  const credentials = Array.from({ length: count }, (_, index) => ({
    clientId: `merchant-${index}`,
    clientSecret: [new Secret(`secret-${index}`)],
    baseUrl,
    scopes,
  }));
  const accounts = new Array(count).fill(undefined);
  const before = await bytesInUse();
  const started = performance.now();
  credentials.forEach((one, index) => (accounts[index] = machinery.createAccount(one)));
  const time = performance.now() - started;
  const bytes = (await bytesInUse()) - before;
  machinery.close();
  return { bytes: bytes / accounts.length, microseconds: (time / accounts.length) * 1_000 };
}

/** Returns the files of the package, below lib/, of which a warm GET on `transport` runs a function. */
async function filesOfWarmGet(server, transport) {
  const module = CryptofuseModule.forRoot({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    baseUrl: server.url,
    ...transport,
  });
  const application = await NestFactory.createApplicationContext(module, { logger: false });
  const api = application.get(CryptofuseService);
  for (let call = 0; call < WARM_CALLS; call += 1) await api.get('/user/me/');
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await api.get('/user/me/');
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  await application.close();
  const hasRun = ({ ranges }) => ranges.some(({ count }) => count > 0);
  return result
    .filter(({ url, functions }) => url.startsWith(LIB.href) && functions.some(hasRun))
    .map(({ url }) => url.slice(LIB.href.length))
    .sort();
}

const show = (value) => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const server = await startServer();
try {
  for (const [name, transport] of [
    ['axios', {}],
    ['undici', { transport: undiciTransport() }],
  ]) {
    const files = await filesOfWarmGet(server, transport);
    console.log(
      `A warm GET on ${name} runs through ${files.length} files:\n  ${files.join('\n  ')}`,
    );
  }
} finally {
  await server.stop();
}
const definition = clientModule(0);
const costs = [
  ['An empty module', await costOfModules(CLIENTS, emptyModule)],
  [
    `A module of nothing with ${definition.providers.length} providers`,
    await costOfModules(CLIENTS, () => moduleOfNothing(definition)),
  ],
  ['A client', await costOfModules(CLIENTS, clientModule)],
];
for (const [name, { bytes, milliseconds }] of costs) {
  console.log(`${name}: ${show(bytes)} bytes, ${milliseconds.toFixed(2)} ms`);
}
const account = await costOfAccounts(ACCOUNTS);
console.log(
  `An account: ${show(account.bytes)} bytes, ${account.microseconds.toFixed(1)} µs each of ${ACCOUNTS}`,
);
