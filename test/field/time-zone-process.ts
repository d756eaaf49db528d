import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { CryptofuseModule, CryptofuseService } from '../../lib/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';

/** A run of the clients. */
export interface TimeZoneRun {
  readonly baseUrl: string;
  /** The number of calls of each transport. */
  readonly calls: number;
}

/** The waits that each transport reported, in milliseconds. */
export interface TimeZoneOutcome {
  /** Minutes that this process is behind GMT. */
  readonly offset: number;
  readonly waits: Readonly<Record<string, readonly (number | undefined)[]>>;
}

async function outcomeOf({ baseUrl, calls }: TimeZoneRun): Promise<TimeZoneOutcome> {
  const waits: Record<string, (number | undefined)[]> = {};
  for (const [name, transport] of BOTH_TRANSPORTS) {
    const options = { clientId: 'client', clientSecret: 'client-secret', baseUrl, transport };
    const module = await Test.createTestingModule({
      imports: [CryptofuseModule.forRoot({ ...options, retry: false })],
    }).compile();
    await module.init();
    waits[name] = [];
    for (let call = 0; call < calls; call += 1) {
      const { retryAfter } = await exceptionOf(module.get(CryptofuseService).me());
      waits[name].push(retryAfter);
    }
    await module.close();
  }
  return { offset: new Date().getTimezoneOffset(), waits };
}

process.on('message', (run) => {
  void outcomeOf(run as TimeZoneRun).then((outcome) => process.send?.(outcome));
});
