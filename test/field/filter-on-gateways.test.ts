import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UseFilters, type INestApplication } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { io, type Socket } from 'socket.io-client';
import {
  CryptofuseExceptionFilter,
  CryptofuseModule,
  CryptofuseRequestException,
  CryptofuseService,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { LineLogger } from '../support/line-logger.js';

// Nest does not apply the application's global filters to gateways.
@UseFilters(CryptofuseExceptionFilter)
@WebSocketGateway()
class PaymentsGateway {
  constructor(private readonly api: CryptofuseService) {}

  @SubscribeMessage('merchant')
  async merchant() {
    return { event: 'merchant', data: await this.api.me() };
  }

  @SubscribeMessage('pay')
  async pay() {
    const data = await this.api.post('/payments/', { amount: '10.00', currency: 'USDT' });
    return { event: 'paid', data };
  }

  @SubscribeMessage('misspelt')
  misspelt() {
    return this.api.get('/payments/', { timeout: -1 });
  }
}

describe.each([
  ['axios', undefined],
  ['undici', undiciTransport()],
])('on a gateway, over %s, the filter', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let app: INestApplication;
  let client: Socket;
  const logger = new LineLogger();

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start();
    const module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRoot({
          ...sandbox.moduleOptions,
          retry: false,
          ...(transport && { transport }),
        }),
      ],
      providers: [PaymentsGateway],
    }).compile();
    app = module.createNestApplication();
    app.useWebSocketAdapter(new IoAdapter(app));
    await app.listen(0, '127.0.0.1');
    client = io(await app.getUrl(), { transports: ['websocket'] });
    await new Promise<void>((resolve) => client.once('connect', resolve));
    logger.lines.length = 0;
    logger.collect();
  });
  afterEach(async () => {
    logger.release();
    client.close();
    await app.close();
    await sandbox.stop();
  });

  /** Returns the first event that the client receives: an exception, or the response. */
  function ask(message: string): Promise<unknown[]> {
    return new Promise((resolve) => {
      client.onAny((...heard: unknown[]) => {
        resolve(heard);
      });
      client.emit(message, { customer: 'jo' });
    });
  }

  it('leaves a response unchanged', async () => {
    expect(await ask('merchant')).toEqual([
      'merchant',
      expect.objectContaining({ name: expect.any(String) }),
    ]);
  });

  it('sends the client message and code, in the exception event of Nest', async () => {
    const error = { code: 'conflict', message: 'Paid twice.', details: { customer: 'jo' } };
    sandbox.fail({ on: 'api', status: 409, body: { error } });
    expect(await ask('pay')).toEqual([
      'exception',
      { status: 'error', message: 'Paid twice.', code: 'conflict' },
    ]);
    expect(logger.errors).toEqual([]);
  });

  it('logs that our own credentials failed', async () => {
    sandbox.fail({ on: 'token', status: 401, body: { error: 'invalid_client' } });
    const [event, payload] = await ask('merchant');
    expect([event, payload]).toEqual([
      'exception',
      { status: 'error', message: expect.any(String), code: 'invalid_client' },
    ]);
    expect(logger.errors).toEqual([expect.stringContaining('502 invalid_client')]);
  });

  it('hides invalid options from the client, and logs them', async () => {
    expect(await ask('misspelt')).toEqual([
      'exception',
      { status: 'error', message: 'Internal Server Error', code: 'invalid_options' },
    ]);
    expect(logger.errors).toEqual([expect.stringContaining('timeout: must be')]);
  });
});

describe('on a gateway of plain WebSockets, the filter', () => {
  const facts = { code: 'conflict', message: 'Paid twice.', clientId: 'client' };

  it('sends the event in the format of Nest', async () => {
    const thrown = new CryptofuseRequestException({ ...facts, upstreamStatus: 409 });
    const exception = await exceptionOf(Promise.reject(thrown));
    const sent: string[] = [];
    const emitted: unknown[] = [];
    // Like those of `ws`, it is also an EventEmitter, whose `emit` sends nothing to the client.
    const client = {
      readyState: 1,
      send: (text: string) => void sent.push(text),
      emit: (...event: unknown[]) => void emitted.push(event),
    };
    const host = new ExecutionContextHost([client, {}]);
    host.setType('ws');
    new CryptofuseExceptionFilter().catch(exception, host);
    expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { event: 'exception', data: { status: 'error', message: 'Paid twice.', code: 'conflict' } },
    ]);
    expect(emitted).toEqual([]);
  });
});
