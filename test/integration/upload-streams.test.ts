import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { uploadStream } from '../../lib/request/body-stream.js';
import { exceptionOf } from '../support/exception-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

async function* failing(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('a'));
  throw new Error('the disk is gone');
}

describe('a stream as a body', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { retry: false } });
  });
  afterEach(() => client.stop());

  const missing = () => createReadStream('/no/such/file');

  it.each<[string, () => unknown]>([
    ['cannot be opened', missing],
    ['fails on its way', () => Readable.from(failing())],
    ['is a generator that throws', failing],
    ['gives objects', () => Readable.from([{ amount: 1 }])],
  ])('that %s fails its own call once there is a token', async (_, body) => {
    await client.tokens.getToken();
    const exception = await exceptionOf(client.api.post('/echo/', body()));
    expect(exception).toMatchObject({ code: 'request_body_failed', retryable: false });
  });

  it('that fails while the token is awaited fails its own call', async () => {
    client.sandbox.fail({ on: 'token', delay: 50 });
    const exception = await exceptionOf(client.api.post('/echo/', missing()));
    expect(['invalid_options', 'request_body_failed']).toContain(exception.code);
  });

  it('that is never read is destroyed all the same', async () => {
    const source = Readable.from([Buffer.from('hey')]);
    uploadStream(source).destroy();
    await until(() => source.destroyed);
  });

  it.each<[string, () => Readable | AsyncIterable<Buffer>]>([
    ['stream', () => Readable.from([Buffer.from('hey')])],
    [
      'generator',
      () =>
        (async function* () {
          yield await Promise.resolve(Buffer.from('hey'));
        })(),
    ],
  ])('that was sent is not sent again, empty: a %s', async (_, make) => {
    const body = make();
    await expect(client.api.post('/echo/', body)).resolves.toMatchObject({ bytes: 3 });
    const exception = await exceptionOf(client.api.post('/echo/', body));
    expect(exception.code).toBe('invalid_options');
    expect(exception.message).toContain('a function that returns a new one');
    expect(client.sandbox.counters.apiRequests).toBe(1);
  });
});
