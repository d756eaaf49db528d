import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { Client } from '../../lib/client.js';
import {
  CryptofuseAuditSink,
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseEvent,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';

/** The number of events, and of rounds of calls between them. */
export interface Flood {
  readonly events: number;
  readonly calls: number;
}

/** The result of a flood. */
export interface Flooded {
  /** Events that the sink received. */
  readonly handed: number;
  /** Calls that the sandbox has responded to. */
  readonly answered: number;
  /** Bytes of the heap beyond those in use before, after each share of the events. */
  readonly growth: readonly number[];
}

/** A sink whose promises never settle, and which keeps no events. */
class StuckSink extends CryptofuseAuditSink {
  handed = 0;
  readonly #never = new Promise<void>(() => undefined);

  async write(): Promise<void> {
    this.handed += 1;
    await this.#never;
  }
}

function heldBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function eventOf(number: number): CryptofuseEvent {
  return {
    kind: 'request-authorised',
    method: 'GET',
    path: `/payments/{id}/${number}`,
    status: 200,
    duration: number % 97,
    token: 'a1b2c3d4e5f6',
    scopes: ['read', 'write'],
  };
}

async function run({ events, calls }: Flood): Promise<Flooded> {
  const sandbox = await CryptofuseSandbox.start({ tokenLimit: false, apiLimit: false });
  const sink = new StuckSink();
  const client = CryptofuseModule.forRootAsync({
    extraProviders: [{ provide: CryptofuseAuditSink, useValue: sink }],
    useFactory: () => sandbox.moduleOptions,
  });
  const application = await Test.createTestingModule({ imports: [client] }).compile();
  application.useLogger(false);
  await application.init();
  const { account, machinery } = application.get(Client, { strict: false });
  const { log } = machinery;
  const api = application.get(CryptofuseService);
  const share = events / calls;
  // From here on the sink is stuck and everything is warmed up.
  for (let number = 0; number < share; number += 1)
    log.report(eventOf(number), account.credentials);
  await api.me();
  const before = heldBytes();
  const growth: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    for (let number = 0; number < share; number += 1)
      log.report(eventOf(number), account.credentials);
    await api.me();
    growth.push(heldBytes() - before);
  }
  const answered = sandbox.requests.filter(
    ({ path, status }) => path === '/user/me/' && status === 200,
  ).length;
  await application.close();
  await sandbox.stop();
  return { handed: sink.handed, answered, growth };
}

process.on('message', (flood) => {
  void run(flood as Flood).then((flooded) => process.send?.(flooded));
});
