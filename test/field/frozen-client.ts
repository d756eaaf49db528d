import 'reflect-metadata';
import { Global, Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import {
  CryptofuseAuditSink,
  CryptofuseException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseAuditEvent,
} from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';

/** A run of a client. */
export interface FrozenRun {
  readonly kind: 'run';
  readonly baseUrl: string;
  readonly transport: 'axios' | 'undici';
  readonly timeout: number;
  readonly act: keyof typeof ACTS;
}

/** The result of a run: the number of characters or bytes received, or an exception. */
export type FrozenOutcome =
  | { readonly kind: 'outcome'; readonly size: number }
  | { readonly kind: 'outcome'; readonly code: string; readonly outcome: string | undefined };

/** Blocks the process for `ms` milliseconds. */
export interface Block {
  readonly kind: 'block';
  readonly ms: number;
}

const TRANSPORTS = { axios: axiosTransport(), undici: undiciTransport() };
/** Transports with one connection, for calls that must wait in line. */
const SINGLE = {
  axios: axiosTransport({ connections: 1 }),
  undici: undiciTransport({ connections: 1 }),
};
const PAYMENT = { amount: '10.00' };

/** An audit sink that keeps the kind of the last event. */
@Injectable()
class LastEvent extends CryptofuseAuditSink {
  kind = '';

  write({ kind }: CryptofuseAuditEvent): void {
    this.kind = kind;
  }
}

@Global()
@Module({
  providers: [{ provide: CryptofuseAuditSink, useClass: LastEvent }],
  exports: [CryptofuseAuditSink],
})
class AuditModule {}

const ACTS = {
  get: (client: TestingModule) => client.get(CryptofuseService).get('/payments/'),
  post: (client: TestingModule) => client.get(CryptofuseService).post('/payments/', PAYMENT),
  'post in line': async (client: TestingModule) => {
    const api = client.get(CryptofuseService);
    await client.get(CryptofuseTokenService).getToken();
    const calls = [api.get('/payments/'), api.post('/payments/', PAYMENT)];
    await Promise.allSettled(calls);
    return calls[1];
  },
  'http.get': async (client: TestingModule) =>
    (await lastValueFrom(client.get(CryptofuseHttpService).get<unknown>('/payments/'))).data,
  'http.post': async (client: TestingModule) => {
    const http = client.get(CryptofuseHttpService);
    return (await lastValueFrom(http.post<unknown>('/payments/', PAYMENT))).data;
  },
  'get as a stream': async (client: TestingModule) => {
    const http = client.get(CryptofuseHttpService);
    const { data } = await lastValueFrom(
      http.get<Readable>('/payments/', { responseType: 'stream' }),
    );
    process.send?.({ kind: 'begun' });
    let text = '';
    for await (const chunk of data) text += String(chunk);
    return text;
  },
  getToken: (client: TestingModule) => client.get(CryptofuseTokenService).getToken(),
  revoke: async (client: TestingModule) => {
    const tokens = client.get(CryptofuseTokenService);
    await tokens.getToken();
    await tokens.revoke();
    return '';
  },
  close: async (client: TestingModule) => {
    await client.get(CryptofuseTokenService).getToken();
    await client.close();
    return client.get<LastEvent>(CryptofuseAuditSink).kind;
  },
} satisfies Readonly<Record<string, (client: TestingModule) => Promise<unknown>>>;

async function outcomeOf(act: Promise<unknown>): Promise<FrozenOutcome> {
  try {
    const body = await act;
    return {
      kind: 'outcome',
      size: (typeof body === 'string' ? body : JSON.stringify(body)).length,
    };
  } catch (error) {
    if (!(error instanceof CryptofuseException)) throw error;
    return { kind: 'outcome', code: error.code, outcome: error.outcome };
  }
}

async function run({ baseUrl, transport, timeout, act }: FrozenRun): Promise<FrozenOutcome> {
  const credentials = { clientId: 'client', clientSecret: 'client-secret' };
  const transports = act === 'post in line' ? SINGLE : TRANSPORTS;
  const options = { ...credentials, baseUrl, timeout, transport: transports[transport] };
  const token = { revokeOnShutdown: act === 'close' };
  const imports = [AuditModule, CryptofuseModule.forRoot({ ...options, retry: false, token })];
  const client = await Test.createTestingModule({ imports }).compile();
  client.useLogger(false);
  await client.init();
  try {
    return await outcomeOf(ACTS[act](client));
  } finally {
    await client.close();
  }
}

async function block({ ms }: Block): Promise<void> {
  // Nothing that arrives after this message may be read before the block.
  await new Promise((resolve) => process.send?.({ kind: 'blocked' }, resolve));
  const until = performance.now() + ms;
  while (performance.now() < until);
}

process.on('message', (message: FrozenRun | Block) => {
  if (message.kind === 'block') void block(message);
  else void run(message).then((outcome) => process.send?.(outcome));
});
process.send?.({ kind: 'ready' });
await once(process, 'disconnect');
