import 'reflect-metadata';
import {
  Controller,
  Injectable,
  Logger,
  Module,
  Post,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { CryptofuseModule, CryptofuseService } from '../../lib/index.js';
import { undiciTransport } from '../../lib/undici/index.js';

/** The messages of this process. */
export type ToldByProcess = { readonly port: number } | 'ending' | 'done';

function tell(told: ToldByProcess): void {
  process.send?.(told);
}

@Injectable()
class Witness implements BeforeApplicationShutdown {
  beforeApplicationShutdown(): void {
    tell('ending');
  }
}

@Controller()
class Payments {
  constructor(private readonly api: CryptofuseService) {}

  @Post('payments')
  pay(): Promise<unknown> {
    return this.api.post('/payments/', { amount: '10.00' });
  }
}

const [baseUrl, transport, what] = process.argv.slice(2);

@Module({
  imports: [
    CryptofuseModule.forRoot({
      clientId: 'client',
      clientSecret: 'secret',
      baseUrl,
      token: { eager: 'required' },
      ...(transport === 'undici' && { transport: undiciTransport() }),
    }),
  ],
  controllers: [Payments],
  providers: [Witness],
})
class Application {}

/** Serves until a signal ends it. */
async function serve(): Promise<void> {
  const app = await NestFactory.create(Application);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  tell({ port });
}

/** Makes one call and closes nothing, so that anything still running would keep the process alive. */
async function call(): Promise<void> {
  const context = await NestFactory.createApplicationContext(Application);
  await context.get(CryptofuseService).get('/payments/');
  tell('done');
  process.disconnect();
}

Logger.overrideLogger(false);
await (what === 'serve' ? serve() : call());
