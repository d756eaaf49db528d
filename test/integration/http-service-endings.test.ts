import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axios, { type AxiosRequestConfig } from 'axios';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { StagedServer } from '../support/staged-server.js';
import { until } from '../support/until.js';

describe('a call of CryptofuseHttpService', () => {
  let server: StagedServer;
  let client: SandboxClient;
  beforeEach(async () => {
    server = await StagedServer.start();
    client = await startSandboxClient({ client: { baseUrl: server.url } });
  });
  afterEach(async () => {
    await client.stop();
    await server.stop();
  });

  const endless = (): Readable => {
    const body = new Readable({ read: () => undefined });
    body.push('a');
    return body;
  };

  it('that is unsubscribed from ends its upload and its connection', async () => {
    const body = endless();
    const subscription = client.http.post('/headers/', body).subscribe();
    await until(() => server.arrived.includes('/headers/'));
    subscription.unsubscribe();
    await until(() => server.abandoned === 1 && body.destroyed);
  });

  it('that is unsubscribed from while an interceptor holds it is not sent', async () => {
    const body = endless();
    let isHeld = false;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    client.http.axiosRef.interceptors.request.use(async (config) => {
      isHeld = true;
      await held;
      return config;
    });
    const subscription = client.http.post('/headers/', body).subscribe();
    await until(() => isHeld);
    subscription.unsubscribe();
    release();
    await until(() => body.destroyed);
    expect(server.arrived).toEqual([]);
  });

  it('keeps the CanceledError of its cancel token', async () => {
    const { token, cancel } = axios.CancelToken.source();
    const call = rejectionOf(client.http.axiosRef.get('/headers/', { cancelToken: token }));
    await until(() => server.arrived.includes('/headers/'));
    cancel('the customer left');
    const error = await call;
    expect(axios.isCancel(error)).toBe(true);
    expect(error).toBe(token.reason);
    expect(error).toMatchObject({ message: 'the customer left' });
    expect(await rejectionOf(client.http.axiosRef.get('/body/', { cancelToken: token }))).toBe(
      error,
    );
    await until(() => server.abandoned === 1);
    expect(server.arrived).not.toContain('/body/');
  });

  it('leaves no listener on a cancel token', async () => {
    const { token } = axios.CancelToken.source();
    const subscribed = jest.spyOn(token, 'subscribe');
    const unsubscribed = jest.spyOn(token, 'unsubscribe');
    const calls = Array.from({ length: 5 }, () =>
      client.http.axiosRef.get('/headers/', { cancelToken: token }),
    );
    await until(() => server.arrived.length === 6);
    expect(subscribed).toHaveBeenCalledTimes(5);
    server.finish();
    await Promise.all(calls);
    expect(unsubscribed.mock.calls).toEqual(subscribed.mock.calls);
  });

  it.each([[{}], ['signal'], [{ aborted: false, addEventListener: () => undefined }]])(
    'is refused when its signal is %p',
    async (signal) => {
      const config = { signal } as AxiosRequestConfig;
      const exception = await exceptionOf(lastValueFrom(client.http.get('/headers/', config)));
      expect(exception).toMatchObject({ code: 'invalid_options' });
      expect(exception.message).toContain('signal');
      expect(server.arrived).toEqual([]);
    },
  );

  it('fails alone when its stream fails while an interceptor holds it', async () => {
    const body = createReadStream('/no/such/file');
    client.http.axiosRef.interceptors.request.use(async (config) => {
      await until(() => body.destroyed);
      return config;
    });
    const exception = await exceptionOf(client.http.axiosRef.post('/headers/', body));
    expect(['invalid_options', 'request_body_failed']).toContain(exception.code);
  });
});
