import 'reflect-metadata';
import { Test, type TestingModule } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
} from '../../lib/index.js';
import { LoggedLines } from '../support/logged-lines.js';
import { GADGETS } from './pollution-gadgets.js';

/** A run of one client, and the pollution around it. */
export interface ClientRun {
  readonly baseUrl: string;
  /** The port that no request may reach. */
  readonly sink: number;
  /** The name of the gadget in `Object.prototype`; `undefined` for none. */
  readonly gadget?: string;
  /** Variables to set in the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether to set them before or after the module starts. */
  readonly when: 'before' | 'after';
  /** Makes only the first call, without retries, for runs in which no call is to arrive. */
  readonly isBrief?: boolean;
}

/** The result of a run. */
export interface ClientOutcome {
  /** The body of each call, or the text of its error. */
  readonly calls: readonly string[];
  readonly warnings: readonly string[];
}

const PAYMENT = { amount: '10.00', currency: 'USDT', lines: [{ item: 'a', price: null }] };

function pollute(members: Readonly<Record<string, unknown>>): () => void {
  const names = Object.keys(members);
  for (const name of names) {
    const value = members[name];
    Object.defineProperty(Object.prototype, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return () => {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  };
}

async function start({ baseUrl, isBrief }: ClientRun, log: LoggedLines): Promise<TestingModule> {
  const options = { clientId: 'client', clientSecret: 'client-secret', baseUrl };
  const module = await Test.createTestingModule({
    imports: [CryptofuseModule.forRoot({ ...options, ...(isBrief && { retry: false }) })],
  }).compile();
  module.useLogger(log);
  await module.init();
  return module;
}

async function outcomeOf(call: () => Promise<unknown>): Promise<() => string> {
  try {
    const body = await call();
    return () => (body === undefined ? 'nothing' : JSON.stringify(body));
  } catch (error) {
    // Converted to text after the pollution is removed, which would otherwise show in it.
    return () => String(error instanceof Error ? `${error.name} ${error.message}` : error);
  }
}

async function callAll(module: TestingModule, isBrief = false): Promise<(() => string)[]> {
  const api = module.get(CryptofuseService);
  const http = module.get(CryptofuseHttpService);
  const calls: (() => Promise<unknown>)[] = [
    () => api.post('/payments/', PAYMENT),
    () => api.get('/payments/', { query: { status: 'paid', page: 2 }, headers: { 'x-a': 'b' } }),
    () => api.me(),
    () => api.put('/payments/1/', 'text', { timeout: 5_000, retry: { attempts: 1 } }),
    () => api.delete('/payments/1/'),
    () => api.get('/moved/'),
    () => api.get('/hostile-error/'),
    () => api.get('/hostile-answer/'),
    () => firstValueFrom(http.post('/payments/', PAYMENT)).then(({ data }) => data as unknown),
    () =>
      firstValueFrom(http.get('/payments/', { params: { status: 'paid', page: 2 } })).then(
        ({ data }) => data as unknown,
      ),
    () => http.axiosRef('/payments/').then(({ data }) => data as unknown),
    () => firstValueFrom(http.get('/hostile-error/')),
    () => module.get(CryptofuseTokenService).revoke(),
  ];
  const outcomes: (() => string)[] = [];
  for (const call of isBrief ? calls.slice(0, 1) : calls) outcomes.push(await outcomeOf(call));
  return outcomes;
}

/** Applies the pollution of `run`, and returns a function that undoes it. */
function spoil({ gadget = '', sink, environment = {} }: ClientRun): () => void {
  const clean = pollute(GADGETS[gadget]?.(sink) ?? {});
  Object.assign(process.env, environment);
  return () => {
    clean();
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
  };
}

async function callsOf(run: ClientRun, log: LoggedLines): Promise<readonly string[]> {
  let restore = (): void => undefined;
  let module: TestingModule | undefined;
  try {
    if (run.when === 'before') restore = spoil(run);
    module = await start(run, log);
    if (run.when === 'after') restore = spoil(run);
    const outcomes = await callAll(module, run.isBrief);
    restore();
    return outcomes.map((outcome) => outcome());
  } catch (error) {
    restore();
    return [error instanceof Error ? (error.stack ?? error.message) : 'no error'];
  } finally {
    restore();
    await module?.close();
  }
}

async function outcomeOfRun(run: ClientRun): Promise<ClientOutcome> {
  const lines = LoggedLines.collect();
  const calls = await callsOf(run, lines);
  lines.release();
  return { calls, warnings: lines.warnings };
}

process.on('message', (run) => {
  void outcomeOfRun(run as ClientRun).then((outcome) => process.send?.(outcome));
});
