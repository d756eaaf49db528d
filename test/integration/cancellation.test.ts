import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { getEventListeners, once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseModuleOptions,
  type TransportFactory,
} from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { rejectionOf } from '../support/rejection-of.js';
import { StagedServer } from '../support/staged-server.js';
import { until } from '../support/until.js';

interface Call {
  readonly signal?: AbortSignal;
  readonly body?: unknown;
}

type Face = (module: TestingModule, path: string, call: Call) => Promise<unknown>;

const viaService: Face = (module, path, { signal, body }) => {
  const api = module.get(CryptofuseService);
  return body === undefined ? api.get(path, { signal }) : api.post(path, body, { signal });
};

const viaHttpService: Face = async (module, path, { signal, body: data }) => {
  const method = data === undefined ? 'GET' : 'POST';
  const call = { method, url: path, data, ...(signal && { signal }) };
  return (await firstValueFrom(module.get(CryptofuseHttpService).request<unknown>(call))).data;
};

const FACES: readonly [string, Face][] = [
  ['CryptofuseService', viaService],
  ['CryptofuseHttpService', viaHttpService],
];
const REASON = new Error('the customer left');
const ANSWER = { a: 1 };

/** Responds to everything at once. */
const echo: TransportFactory = () => ({
  send: () => Promise.resolve({ status: 200, headers: {}, body: Buffer.from('{"a":1}') }),
  close: () => undefined,
});

/** Aborts, and expects `call` to have rejected by the next turn of the event loop. */
async function abort(controller: AbortController, call: Promise<unknown>): Promise<void> {
  let reason: unknown = 'none yet';
  call.catch((error: unknown) => {
    reason = error;
  });
  controller.abort(REASON);
  await new Promise((resolve) => setImmediate(resolve));
  expect(reason).toBe(REASON);
}

/** Responds to token requests itself, and leaves all others to the transport of `factory`. */
function withToken(factory: TransportFactory): TransportFactory {
  const headers = { 'content-type': 'application/json' };
  const body = Buffer.from('{"access_token":"t","token_type":"Bearer","expires_in":3600}');
  return (settings) => {
    const transport = factory(settings);
    return {
      send: (request) =>
        request.url.endsWith('/o/token/')
          ? Promise.resolve({ status: 200, headers, body })
          : transport.send(request),
      close: () => {
        transport.close();
      },
    };
  };
}

async function clientOf(options: CryptofuseModuleOptions): Promise<TestingModule> {
  const credentials = { clientId: 'shop', clientSecret: 'a secret of the shop' };
  const imports = [CryptofuseModule.forRoot({ ...credentials, ...options })];
  const module = await Test.createTestingModule({ imports }).compile();
  module.useLogger(false);
  return module.init();
}

describe.each(FACES)('a call of %s that is aborted', (_, send) => {
  let server: StagedServer;
  let module: TestingModule;
  let controller: AbortController;
  beforeEach(async () => {
    controller = new AbortController();
    server = await StagedServer.start();
    module = await clientOf({ baseUrl: server.url });
  });
  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  const start = (path: string) => send(module, path, { signal: controller.signal });
  const arrivedAt = (path: string, count: number) =>
    until(() => server.arrived.filter((each) => each === path).length === count);

  it('before it begins is not made', async () => {
    controller.abort(REASON);
    expect(await rejectionOf(start('/headers/'))).toBe(REASON);
    expect(server.arrived).toEqual([]);
  });

  it('while it waits for the token ends without affecting others', async () => {
    server.tokenIsHeld = true;
    const other = send(module, '/body/', {});
    const call = start('/headers/');
    await arrivedAt('/o/token/', 1);
    await abort(controller, call);
    server.finish();
    await arrivedAt('/body/', 1);
    server.finish();
    await expect(other).resolves.toEqual(ANSWER);
    expect(server.arrived).toEqual(['/o/token/', '/body/']);
  });

  it('while it connects closes the connection', async () => {
    const mute = net.createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const baseUrl = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const client = await clientOf({ baseUrl, transport: withToken(axiosTransport()) });
    const connected = once(mute, 'connection') as Promise<[net.Socket]>;
    const call = send(client, '/any/', { signal: controller.signal });
    const [socket] = await connected;
    const closed = new Promise((resolve) =>
      socket.resume().on('error', resolve).on('close', resolve),
    );
    await abort(controller, call);
    await closed;
    await client.close();
    await new Promise((resolve) => mute.close(resolve));
  });

  it.each(['/headers/', '/body/'])('while it waits at %s closes its connection', async (path) => {
    const other = send(module, path, {});
    const call = start(path);
    await arrivedAt(path, 2);
    await abort(controller, call);
    await until(() => server.abandoned === 1);
    server.finish();
    await expect(other).resolves.toEqual(ANSWER);
    expect(server.abandoned).toBe(1);
  });

  it('in the pause before a retry makes no further attempt', async () => {
    const call = start('/limited/');
    await arrivedAt('/limited/', 1);
    const other = send(module, '/headers/', {});
    await arrivedAt('/headers/', 1);
    await abort(controller, call);
    server.finish();
    await expect(other).resolves.toEqual(ANSWER);
    expect(server.arrived.filter((path) => path === '/limited/')).toHaveLength(1);
  });

  it.each(['the call', 'the token', 'the response'])(
    'before %s ends its upload',
    async (moment) => {
      const body = new Readable({ read: () => undefined });
      body.push('a');
      server.tokenIsHeld = moment === 'the token';
      if (moment === 'the call') controller.abort(REASON);
      const call = send(module, '/headers/', { signal: controller.signal, body });
      const rejected = rejectionOf(call);
      if (moment === 'the token') await arrivedAt('/o/token/', 1);
      if (moment === 'the answer') await arrivedAt('/headers/', 1);
      controller.abort(REASON);
      expect(await rejected).toBe(REASON);
      await until(() => body.destroyed);
      if (moment === 'the answer') await until(() => server.abandoned === 1);
    },
  );

  it('leaves no listener on a signal that it shares with 10 000 others', async () => {
    const client = await clientOf({ transport: withToken(echo) });
    const listeners = (): number => getEventListeners(controller.signal, 'abort').length;
    const { signal } = controller;
    let most = 0;
    for (let wave = 0; wave < 100; wave += 1) {
      const calls = Array.from({ length: 100 }, () => send(client, '/any/', { signal }));
      most = Math.max(most, listeners());
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, listeners());
      await Promise.all(calls);
    }
    expect(most).toBe(1);
    expect(listeners()).toBe(0);
    await client.close();
  });
});

describe('a stream of CryptofuseHttpService', () => {
  let server: StagedServer;
  let module: TestingModule;
  beforeEach(async () => {
    server = await StagedServer.start();
    module = await clientOf({ baseUrl: server.url });
  });
  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  const stream = async (signal?: AbortSignal): Promise<Readable> => {
    const http = module.get(CryptofuseHttpService);
    const options = { responseType: 'stream' as const, ...(signal && { signal }) };
    return (await firstValueFrom(http.get<Readable>('/body/', options))).data;
  };

  it('that is aborted ends with the reason, and closes its connection', async () => {
    const controller = new AbortController();
    const other = await stream();
    const body = await stream(controller.signal);
    const failed = once(body, 'error');
    await once(body, 'readable');
    controller.abort(REASON);
    expect(await failed).toEqual([REASON]);
    await until(() => server.abandoned === 1);
    server.finish();
    await expect(text(other)).resolves.toBe('{"a":1}');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('leaves no listener on its signal once it has been read', async () => {
    const { signal } = new AbortController();
    const body = await stream(signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    server.finish();
    await text(body);
    await until(() => getEventListeners(signal, 'abort').length === 0);
  });
});

it('unsubscribing from the Observable aborts the call', async () => {
  const server = await StagedServer.start();
  const module = await clientOf({ baseUrl: server.url });
  const subscription = module.get(CryptofuseHttpService).get('/headers/').subscribe();
  await until(() => server.arrived.includes('/headers/'));
  subscription.unsubscribe();
  await until(() => server.abandoned === 1);
  await module.close();
  await server.stop();
});
