import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { CryptofuseConfigException } from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const HOW = expect.stringContaining('a function that returns a new stream');

describe('a body that is a function', () => {
  let client: SandboxClient;
  let made: number;
  beforeEach(async () => {
    made = 0;
    client = await startSandboxClient({ client: { retry: { maxDelay: 20 } } });
    await client.tokens.getToken();
  });
  afterEach(() => client.stop());

  const makeStream = (): Readable => {
    made += 1;
    return Readable.from([Buffer.from('ab')]);
  };
  const faces = {
    CryptofuseService: (body: unknown) => client.api.post('/echo/', body),
    CryptofuseHttpService: async (body: unknown) =>
      (await firstValueFrom(client.http.post<unknown>('/echo/', body))).data,
  };

  it.each(['CryptofuseService', 'CryptofuseHttpService'] as const)(
    'is called at each attempt of %s',
    async (face) => {
      client.sandbox.revokeAll();
      const response = { bytes: 2, content_type: 'application/octet-stream' };
      await expect(faces[face](makeStream)).resolves.toMatchObject(response);
      expect(made).toBe(2);
      client.sandbox.fail({ on: 'api', status: 429 });
      await expect(faces[face](() => Promise.resolve(makeStream()))).resolves.toMatchObject(
        response,
      );
      expect(made).toBe(4);
    },
  );

  it('must return a stream, and a new one each time', async () => {
    const stream = makeStream();
    client.sandbox.revokeAll();
    for (const body of [() => 1, () => undefined, () => stream]) {
      const error = await rejectionOf(client.api.post('/echo/', body));
      expect(error).toBeInstanceOf(CryptofuseConfigException);
      expect((error as Error).message).toContain('a new stream each time');
    }
  });

  it.each(['CryptofuseService', 'CryptofuseHttpService'] as const)(
    'is what the exception of %s advises when a stream was not sent again',
    async (face) => {
      client.sandbox.revokeAll();
      const refused = await exceptionOf(faces[face](makeStream()));
      expect(refused).toMatchObject({ upstreamStatus: 401, outcome: 'refused', hint: HOW });
      client.sandbox.fail({ on: 'api', status: 429 });
      const limited = await exceptionOf(faces[face](makeStream()));
      expect(limited).toMatchObject({ upstreamStatus: 429, outcome: 'refused', hint: HOW });
    },
  );

  it('is not advised when it would have changed nothing', async () => {
    const late = { status: 429, headers: { 'retry-after': '3600' } };
    client.sandbox.fail({ on: 'api', ...late });
    expect((await exceptionOf(client.api.post('/echo/', makeStream()))).hint).not.toEqual(HOW);
    client.sandbox.fail({ on: 'api', status: 403 });
    expect((await exceptionOf(client.api.post('/echo/', makeStream()))).hint).not.toEqual(HOW);
    client.sandbox.fail({ on: 'api', status: 429, times: 3 });
    expect((await exceptionOf(client.api.post('/echo/', makeStream))).hint).not.toEqual(HOW);
  });

  it('is not needed for the next call: a refused stream has the token renewed', async () => {
    client.sandbox.revokeAll();
    await exceptionOf(client.api.post('/echo/', makeStream()));
    await until(() => client.sandbox.counters.tokenRequests === 2);
    await expect(client.api.post('/echo/', makeStream())).resolves.toMatchObject({ bytes: 2 });
    expect(client.sandbox.counters).toMatchObject({ apiRequests: 2, tokenRequests: 2 });
  });
});
