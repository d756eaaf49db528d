import 'reflect-metadata';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { CryptofuseHttpService, CryptofuseModule, CryptofuseService } from '../../lib/index.js';
import type { Face } from './raw-answers-row.js';
import { endingOf, type SeenEnding } from './answers-ending.js';
import { GrowthWatch } from './answers-growth.js';
import { seenTroubles } from './answers-troubles.js';

/** A call that receives the response of one row. */
export interface HostileCall {
  readonly name: string;
  readonly path: string;
  readonly method: string;
  readonly timeout: number;
  readonly faces: readonly Face[];
}

/** The calls of a table, and the server to send them to. */
export interface HostileCalls {
  readonly baseUrl: string;
  readonly calls: readonly HostileCall[];
}

/** The observed results of one row. */
export interface Seen {
  readonly endings: Partial<Record<Face, SeenEnding>>;
  /** Milliseconds until all faces had settled. */
  readonly took: number;
  /** Bytes of memory beyond those in use before: the peak, and the amount afterwards. */
  readonly peak: number;
  readonly growth: number;
  /** The result of a normal call of the same client afterwards. */
  readonly afterwards: string;
  /** Unhandled rejections, and changes to `Object.prototype`; none are expected. */
  readonly troubles: readonly string[];
}

const REPEATING = { attempts: 2 };
const RESPONSE_TYPES = { json: 'json', text: 'text', bytes: 'arraybuffer' } as const;

async function start(baseUrl: string): Promise<TestingModule> {
  const options = { clientId: 'client', clientSecret: 'client-secret', baseUrl, timeout: 4_000 };
  const module = await Test.createTestingModule({
    imports: [CryptofuseModule.forRoot({ ...options, retry: false })],
  }).compile();
  module.useLogger(false);
  await module.init();
  return module;
}

function callOf(module: TestingModule, face: Face, call: HostileCall): Promise<unknown> {
  const { method, path, timeout } = call;
  if (face === 'service') return module.get(CryptofuseService).request(method, path, { timeout });
  const http = module.get(CryptofuseHttpService);
  if (face === 'stream') return streamed(http, call);
  const config = { method, url: path, timeout, responseType: RESPONSE_TYPES[face] };
  return firstValueFrom(http.request(config)).then(({ data }) => data as unknown);
}

/** Reads a stream to the end and keeps its beginning, since a stream has no limit. */
async function streamed(
  http: CryptofuseHttpService,
  { method, path, timeout }: HostileCall,
): Promise<Buffer> {
  const call = http.request<Readable>({ method, url: path, timeout, responseType: 'stream' });
  let kept = Buffer.alloc(0);
  for await (const chunk of (await firstValueFrom(call)).data as AsyncIterable<Buffer>) {
    if (kept.length < 1_000) kept = Buffer.concat([kept, chunk]);
  }
  return kept;
}

async function see(module: TestingModule, call: HostileCall): Promise<Seen> {
  const watch = new GrowthWatch();
  const since = performance.now();
  const ended = await Promise.all(
    call.faces.map(async (face) => [face, await endingOf(callOf(module, face, call))] as const),
  );
  const took = performance.now() - since;
  const { peak, growth } = watch.stop();
  // A kept connection that was closed meanwhile is not a fault: the call is retried as usual.
  const fine = await endingOf(module.get(CryptofuseService).get('/fine/', { retry: REPEATING }));
  const afterwards = fine.value ?? JSON.stringify(fine);
  return {
    endings: Object.fromEntries(ended),
    took,
    peak,
    growth,
    afterwards,
    troubles: seenTroubles(),
  };
}

async function run({ baseUrl, calls }: HostileCalls): Promise<Readonly<Record<string, Seen>>> {
  const module = await start(baseUrl);
  const seen: [string, Seen][] = [];
  for (const call of calls) seen.push([call.name, await see(module, call)]);
  await module.close();
  return Object.fromEntries(seen);
}

process.on('message', (calls) => {
  void run(calls as HostileCalls).then((seen) => process.send?.(seen));
});
