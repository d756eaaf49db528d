import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { CryptofuseHttpService, CryptofuseModule, CryptofuseService } from '../../lib/index.js';
import type { ClientOptions } from './sandbox-process.js';

/** A transfer to make. */
export interface Transfer {
  readonly options: ClientOptions;
  readonly way: 'up' | 'down';
  readonly bytes: number;
}

/** The result of a transfer. */
export interface Transferred {
  readonly sent: string;
  readonly received: string;
  /** The most bytes of memory beyond those in use before. */
  readonly growth: number;
}

const CHUNK = 64 * 1_024;
const WARM_UP = 4 * 2 ** 20;
/** The transfers until which the memory of a process grows, whatever it sends. */
const WARM_UPS = 8;
/** Chunks between garbage collections, so that only retained memory counts. */
const CHUNKS_A_COLLECTION = 64;
let peak = 0;
let chunks = 0;

function watch(): void {
  chunks += 1;
  if (chunks % CHUNKS_A_COLLECTION === 0) globalThis.gc?.();
  peak = Math.max(peak, process.memoryUsage.rss());
}

function* content(bytes: number, hash: Hash): Generator<Buffer> {
  for (let rest = bytes; rest > 0; rest -= CHUNK) {
    const chunk = Buffer.alloc(Math.min(CHUNK, rest), rest % 251);
    hash.update(chunk);
    watch();
    yield chunk;
  }
}

async function upload(api: CryptofuseService, bytes: number): Promise<Omit<Transferred, 'growth'>> {
  const hash = createHash('sha256');
  const body = Readable.from(content(bytes, hash), { objectMode: false });
  const { sha256 } = await api.post<{ sha256: string }>('/echo/', body);
  return { sent: hash.digest('hex'), received: sha256 };
}

async function download(
  http: CryptofuseHttpService,
  bytes: number,
): Promise<Omit<Transferred, 'growth'>> {
  const call = http.get<Readable>(`/export/?bytes=${bytes}`, { responseType: 'stream' });
  const received = createHash('sha256');
  for await (const chunk of (await firstValueFrom(call)).data as AsyncIterable<Buffer>) {
    received.update(chunk);
    watch();
  }
  const sent = createHash('sha256');
  for (let rest = bytes; rest > 0; rest -= CHUNK) sent.update(Buffer.alloc(Math.min(CHUNK, rest)));
  return { sent: sent.digest('hex'), received: received.digest('hex') };
}

async function run({ options, way, bytes }: Transfer): Promise<Transferred> {
  const imports = [CryptofuseModule.forRoot({ ...options, timeout: 60_000 })];
  const application = await Test.createTestingModule({ imports }).compile();
  application.useLogger(false);
  await application.init();
  const transfer = (size: number) =>
    way === 'up'
      ? upload(application.get(CryptofuseService), size)
      : download(application.get(CryptofuseHttpService), size);
  for (let round = 0; round < WARM_UPS; round += 1) await transfer(WARM_UP);
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  peak = before;
  const transferred = await transfer(bytes);
  await application.close();
  return { ...transferred, growth: peak - before };
}

process.on('message', (transfer) => {
  void run(transfer as Transfer).then((transferred) => process.send?.(transferred));
});
