import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseTimeoutException,
} from '../../lib/index.js';
import { Clock } from '../../lib/clock/clock.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { StagedServer } from '../support/staged-server.js';
import { until } from '../support/until.js';

const SECOND = 1_000;

describe('a streamed response that stands still', () => {
  let server: StagedServer;
  let module: TestingModule;
  let clock: VirtualClock;
  let body: Readable;
  beforeEach(async () => {
    server = await StagedServer.start();
    clock = new VirtualClock({ frozen: true });
    const options = { clientId: 'shop', clientSecret: 'its secret', baseUrl: server.url };
    module = await Test.createTestingModule({ imports: [CryptofuseModule.forRoot(options)] })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    module.useLogger(false);
    const call = module.get(CryptofuseHttpService).get<Readable>('/body/', {
      responseType: 'stream',
      timeout: 5 * SECOND,
    });
    body = (await firstValueFrom(call)).data;
    await once(body, 'readable');
  });
  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  it('while it is read, ends after its timeout, and so does its connection', async () => {
    const failed = once(body, 'error');
    body.resume();
    await until(() => body.readableLength === 0);
    clock.advance(5 * SECOND);
    expect(body.destroyed).toBe(false);
    clock.advance(5 * SECOND);
    const [error] = (await failed) as [unknown];
    expect(error).toBeInstanceOf(CryptofuseTimeoutException);
    expect(error).toMatchObject({ code: 'timeout', outcome: 'unknown' });
    await until(() => server.abandoned === 1);
  });

  it('because its reader takes its time, goes on', async () => {
    clock.advance(60 * SECOND);
    server.finish();
    await expect(text(body)).resolves.toBe('{"a":1}');
    expect(clock.scheduled).toBe(1);
  });
});
