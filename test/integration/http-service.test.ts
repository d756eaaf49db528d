import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { CryptofuseConfigException, CryptofuseRequestException } from '../../lib/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe('CryptofuseHttpService', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  it('is an HttpService whose Observables give an AxiosResponse', async () => {
    expect(client.http).toBeInstanceOf(HttpService);
    const response = await firstValueFrom(client.http.get<{ name: string }>('/user/me/'));
    expect(response).toMatchObject({
      status: 200,
      statusText: 'OK',
      data: { name: 'Your Merchant Name' },
    });
    expect(response.headers['content-type']).toContain('application/json');
  });

  it('has an axios instance of its own', () => {
    expect(client.http.axiosRef).not.toBe(axios);
    expect(axios.interceptors.request).not.toBe(client.http.axiosRef.interceptors.request);
  });

  it('creates with JSON and with forms', async () => {
    const { http } = client;
    const created = await firstValueFrom(http.post<{ id: string }>('/payments/', PAYMENT));
    expect(created).toMatchObject({ status: 201, data: PAYMENT });
    await firstValueFrom(http.postForm('/payments/', PAYMENT));
    await firstValueFrom(http.post('/payments/', new URLSearchParams(PAYMENT)));
    const path = `/payments/${created.data.id}/`;
    await expect(lastValueFrom(http.patch(path, { amount: '1.00' }))).resolves.toMatchObject({
      status: 200,
    });
    await expect(lastValueFrom(http.delete(path))).resolves.toMatchObject({
      status: 204,
      data: undefined,
    });
    await expect(lastValueFrom(http.head('/payments/'))).resolves.toMatchObject({ status: 200 });
    expect(client.sandbox.payments).toHaveLength(2);
  });

  it('writes params as axios does', async () => {
    const params = { status: ['pending', 'paid'], page: 2 };
    await firstValueFrom(client.http.get('/payments/', { params }));
    expect(client.sandbox.requests.at(-1)?.path).toBe(axios.getUri({ url: '/payments/', params }));
  });

  it('rejects with an exception that axios has not written into', async () => {
    for (const call of [
      firstValueFrom(client.http.get('/payments/none/')),
      client.http.axiosRef.get('/payments/none/'),
    ]) {
      const error = await rejectionOf(call);
      expect(error).toBeInstanceOf(CryptofuseRequestException);
      expect((error as CryptofuseRequestException).getResponse()).toEqual({
        statusCode: 404,
        message: expect.any(String),
        code: 'not_found',
      });
      expect(Object.keys(error as object)).not.toContain('config');
    }
  });

  it('takes validateStatus', async () => {
    const validateStatus = (status: number) => status === 404;
    const response = await firstValueFrom(client.http.get('/payments/none/', { validateStatus }));
    expect(response).toMatchObject({ status: 404, data: { error: { code: 'not_found' } } });
    await expect(
      firstValueFrom(client.http.get('/payments/', { validateStatus })),
    ).rejects.toMatchObject({
      code: 'http_200',
    });
  });

  it('takes responseType', async () => {
    const get = <T>(responseType: 'text' | 'arraybuffer' | 'stream') =>
      firstValueFrom(client.http.get<T>('/payments/', { responseType }));
    expect((await get<string>('text')).data).toBe('[]');
    expect(Buffer.from((await get<Uint8Array>('arraybuffer')).data).toString()).toBe('[]');
    await expect(text((await get<Readable>('stream')).data)).resolves.toBe('[]');
    const error = await rejectionOf(
      firstValueFrom(client.http.get('/', { responseType: 'document' })),
    );
    expect(error).toBeInstanceOf(CryptofuseConfigException);
  });

  it('ends a call that is unsubscribed from', async () => {
    client.sandbox.fail({ on: 'api', hang: true });
    const subscription = client.http.get('/payments/').subscribe();
    await until(() => client.sandbox.counters.apiRequests === 1);
    subscription.unsubscribe();
    await until(() => client.sandbox.requests.at(-1)?.status === undefined);
    await expect(firstValueFrom(client.http.get('/payments/'))).resolves.toMatchObject({
      data: [],
    });
  });

  it('ends with the reason of its signal, or of its cancel token', async () => {
    client.sandbox.fail({ on: 'api', hang: true, times: 2 });
    const controller = new AbortController();
    const source = axios.CancelToken.source();
    const aborted = rejectionOf(
      firstValueFrom(client.http.get('/payments/', { signal: controller.signal })),
    );
    const cancelled = rejectionOf(
      client.http.axiosRef.get('/payments/', { cancelToken: source.token }),
    );
    await until(() => client.sandbox.counters.apiRequests === 2);
    const reason = new Error('the customer left');
    controller.abort(reason);
    source.cancel('gone');
    await expect(aborted).resolves.toBe(reason);
    expect(axios.isCancel(await cancelled)).toBe(true);
  });

  it('runs interceptors that the application adds to its axios instance', async () => {
    client.http.axiosRef.interceptors.request.use((config) => {
      config.headers.set('x-request-id', 'r1');
      return config;
    });
    client.http.axiosRef.interceptors.response.use((response) => ({
      ...response,
      data: 'changed',
    }));
    await expect(firstValueFrom(client.http.get('/payments/'))).resolves.toMatchObject({
      data: 'changed',
    });
    expect(client.sandbox.requests.at(-1)?.headers['x-request-id']).toBe('r1');
  });
});
