import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Param, type INestApplication } from '@nestjs/common';
import {
  ClientProxy,
  ClientsModule,
  EventPattern,
  MessagePattern,
  Payload,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import type { AddressInfo, Server } from 'node:net';
import { tap } from 'rxjs';
import { CryptofuseExceptionFilter, CryptofuseModule, CryptofuseService } from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { LineLogger } from '../support/line-logger.js';
import { until } from '../support/until.js';

@Controller()
class Payments {
  constructor(private readonly api: CryptofuseService) {}

  @MessagePattern('merchant')
  merchant() {
    return this.api.me();
  }

  @MessagePattern('pay')
  pay() {
    return this.api.post('/payments/', { amount: '10.00', currency: 'USDT' });
  }

  @MessagePattern('misspelt')
  misspelt() {
    return this.api.get('/payments/', { timeout: -1 });
  }

  @MessagePattern('elsewhere')
  elsewhere() {
    return this.api.get('https://evil.example/');
  }

  @EventPattern('paid')
  paid(@Payload() options: object) {
    return this.api.get('/payments/', options);
  }
}

/** The complete error that the caller of the microservice receives. */
const told: unknown[] = [];

@Controller()
class Gateway {
  constructor(@Inject('PAYMENTS') private readonly payments: ClientProxy) {}

  @Get('events/paid')
  emit() {
    return this.payments.emit('paid', {});
  }

  @Get(':pattern')
  ask(@Param('pattern') pattern: string) {
    const tell = (error: unknown): void => void told.push(error);
    return this.payments.send<unknown>(pattern, {}).pipe(tap({ error: tell }));
  }
}

describe.each([
  ['axios', undefined],
  ['undici', undiciTransport()],
])('in a microservice, over %s, the filter', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let service: INestApplication;
  let gateway: INestApplication;
  let url: string;
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
      controllers: [Payments],
    }).compile();
    service = module.createNestApplication();
    service.useGlobalFilters(new CryptofuseExceptionFilter());
    const tcp = service.connectMicroservice<MicroserviceOptions>(
      { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
      { inheritAppConfig: true },
    );
    await service.init();
    await service.startAllMicroservices();
    const { port } = tcp.unwrap<Server>().address() as AddressInfo;
    gateway = await startGateway(port);
    url = await gateway.getUrl();
    told.length = 0;
    logger.lines.length = 0;
    logger.collect();
  });
  afterEach(async () => {
    logger.release();
    await gateway.close();
    await service.close();
    await sandbox.stop();
  });

  async function startGateway(port: number): Promise<INestApplication> {
    const options = { host: '127.0.0.1', port };
    const module = await Test.createTestingModule({
      imports: [ClientsModule.register([{ name: 'PAYMENTS', transport: Transport.TCP, options }])],
      controllers: [Gateway],
    }).compile();
    const app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
    return app;
  }

  async function ask(pattern: string): Promise<unknown> {
    await fetch(`${url}/${pattern}`);
    return told.at(-1);
  }

  const details = { customer: 'jo@shop.example' };

  it('sends the caller status, message and code, and nothing else', async () => {
    const error = { code: 'conflict', message: 'Paid twice.', details };
    sandbox.fail({ on: 'api', status: 409, body: { error } });
    expect(await ask('pay')).toEqual({ statusCode: 409, message: 'Paid twice.', code: 'conflict' });
    expect(logger.errors).toEqual([]);
  });

  it('reports a failure of our own credentials as a 502', async () => {
    sandbox.fail({ on: 'token', status: 401, body: { error: 'invalid_client' } });
    expect(await ask('merchant')).toEqual({
      statusCode: 502,
      message: expect.any(String),
      code: 'invalid_client',
    });
  });

  it('names invalid options in its message', async () => {
    const answer = await ask('misspelt');
    expect(answer).toEqual({
      statusCode: 500,
      message: expect.stringContaining('timeout: must be'),
      code: 'invalid_options',
    });
  });

  it('reports a path that leaves baseUrl without its hint', async () => {
    expect(await ask('elsewhere')).toEqual({
      statusCode: 500,
      message: 'The request was not sent: its path leaves baseUrl.',
      code: 'destination_refused',
    });
  });

  it('lets the gateway respond with the error of the service', async () => {
    const error = { code: 'conflict', message: 'Paid twice.', details };
    sandbox.fail({ on: 'api', status: 409, body: { error } });
    const response = await fetch(`${url}/pay`);
    expect([response.status, await response.json()]).toEqual([
      409,
      { statusCode: 409, message: 'Paid twice.' },
    ]);
  });

  it('logs a failure on an event, which has no caller', async () => {
    sandbox.fail({
      on: 'api',
      status: 503,
      body: { error: { code: 'down', message: 'Down.', details } },
    });
    await fetch(`${url}/events/paid`);
    await until(() => logger.errors.length > 0);
    expect(logger.errors).toEqual([expect.stringMatching(/^502 down: Down\./)]);
    expect(JSON.stringify(logger.lines)).not.toContain(details.customer);
  });
});
