import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ForkedProcess, type Told } from '../support/forked-process.js';
import { HoldingServer, type Held } from '../support/holding-server.js';
import type { Block, FrozenRun } from './frozen-client.js';

const TIMEOUT = 500;
/** Milliseconds for which the client's process is frozen or blocked, so that its deadline is over 50 ms late. */
const FREEZE = TIMEOUT + 60;
/** Much longer than the extension of a late deadline. */
const LONG_TIMEOUT = 700;
/** Milliseconds for the revocation at the end of the application. */
const REVOCATION = 2_000;
const PAID = JSON.stringify({ status: 'paid' });
const LARGE = JSON.stringify({ note: randomBytes(1_500_000).toString('hex') });
const JSON_TYPE = { 'content-type': 'application/json' };
const GZIP = { ...JSON_TYPE, 'content-encoding': 'gzip' };

type Respond = (held: Held, server: HoldingServer) => void;
type Pause = (client: ForkedProcess, respond: () => void) => Promise<void>;

const usual: Respond = (held, server) => {
  server.respond(held);
};

function response(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): Respond {
  return ({ response }) => response.writeHead(status, headers).end(body);
}

/** The call, what has arrived, the path, the response, and the result of the call. */
type Row = readonly [FrozenRun['act'], string, string, Respond, object];

const PAYMENTS: readonly Row[] = [
  ['get', 'a response', '/payments/', usual, { size: PAID.length }],
  ['post', 'a response', '/payments/', usual, { size: PAID.length }],
  ['http.get', 'a response', '/payments/', usual, { size: PAID.length }],
  ['http.post', 'a response', '/payments/', usual, { size: PAID.length }],
  ['post', 'a refusal', '/payments/', response(422, JSON_TYPE, '{}'), { outcome: 'refused' }],
];

const OTHERS: readonly Row[] = [
  [
    'post',
    'a compressed response',
    '/payments/',
    response(200, GZIP, gzipSync(PAID)),
    { size: PAID.length },
  ],
  [
    'get',
    'a response of 3 MB',
    '/payments/',
    response(200, JSON_TYPE, LARGE),
    { size: LARGE.length },
  ],
  [
    'post',
    'a compressed response of 3 MB',
    '/payments/',
    response(200, GZIP, gzipSync(LARGE)),
    { size: LARGE.length },
  ],
  [
    'post',
    'a 401, which is cured',
    '/payments/',
    response(401, JSON_TYPE, '{}'),
    { size: PAID.length },
  ],
  ['getToken', 'a token', '/o/token/', usual, { size: 'token'.length }],
  ['post', 'the token that it needs', '/o/token/', usual, { size: PAID.length }],
  ['revoke', 'the response of the revocation', '/o/revoke_token/', usual, { size: 0 }],
];

async function freeze(client: ForkedProcess, respond: () => void, ms = FREEZE): Promise<void> {
  client.freeze();
  respond();
  await sleep(ms);
  client.thaw();
}

async function block(client: ForkedProcess, respond: () => void, ms = FREEZE): Promise<void> {
  const blocked = client.next('blocked');
  const order: Block = { kind: 'block', ms };
  client.send(order);
  await blocked;
  respond();
}

describe.each(['axios', 'undici'] as const)('a deadline that comes late, on %s', (transport) => {
  let server: HoldingServer;
  let client: ForkedProcess;

  beforeAll(async () => {
    server = await HoldingServer.start();
    client = new ForkedProcess(new URL('frozen-client.ts', import.meta.url));
    await client.next('ready');
  });

  afterAll(async () => {
    await client.stop();
    await server.stop();
  });

  /** Runs `act` in the client, and `meanwhile` once its request to `path` has arrived; returns the outcome. */
  async function outcomeOf(
    act: FrozenRun['act'],
    path: string,
    meanwhile: (held: Held) => Promise<void>,
    timeout = TIMEOUT,
  ): Promise<Told> {
    const outcome = client.next('outcome');
    const held = server.hold(path);
    const run: FrozenRun = { kind: 'run', baseUrl: server.url, transport, timeout, act };
    client.send(run);
    await meanwhile(await held);
    return outcome;
  }

  async function expectRow([act, , path, respond, expected]: Row, pause: Pause): Promise<void> {
    const outcome = await outcomeOf(act, path, (held) =>
      pause(client, () => {
        respond(held, server);
      }),
    );
    expect(outcome).toMatchObject(expected);
  }

  it.each([...PAYMENTS, ...OTHERS])(
    'lets %s receive %s that came while the process was blocked',
    (...row) => expectRow(row, block),
  );

  it.each([...PAYMENTS.slice(0, 2), ...OTHERS.slice(0, 3)])(
    'lets %s receive %s that came while the process was frozen',
    (...row) => expectRow(row, freeze),
  );

  it.each([
    ['a request that waited for its token', 'post', '/o/token/', 'blocked'],
    ['a request that waited for its token', 'post', '/o/token/', 'frozen'],
    ['a request that waited for a connection', 'post in line', '/payments/', 'blocked'],
    ['a request that waited for a connection', 'post in line', '/payments/', 'frozen'],
  ] as const)('restarts the timeout of %s (%s, %s), after the process was %s', async (...row) => {
    const [, act, path, how] = row;
    const pause = how === 'blocked' ? block : freeze;
    const meanwhile = async (held: Held): Promise<void> => {
      const payment = server.hold('/payments/');
      const respond = (): void => {
        server.respond(held);
      };
      await pause(client, respond, LONG_TIMEOUT + 60);
      const late = await payment;
      await sleep(400);
      server.respond(late);
    };
    const outcome = await outcomeOf(act, path, meanwhile, LONG_TIMEOUT);
    expect(outcome).toMatchObject({ size: PAID.length });
  });

  it("lets the token be revoked at the application's end", async () => {
    const meanwhile = (held: Held): Promise<void> => {
      const respond = (): void => {
        server.respond(held);
      };
      return block(client, respond, REVOCATION + 60);
    };
    const outcome = await outcomeOf('close', '/o/revoke_token/', meanwhile, 2 * REVOCATION);
    expect(outcome).toMatchObject({ size: 'token-revoked'.length });
  });

  it('lets a stream go on whose bytes came while the process was blocked', async () => {
    const begun = client.next('begun');
    const outcome = await outcomeOf('get as a stream', '/payments/', async ({ response }) => {
      response.writeHead(200).write('a');
      await begun;
      // The stream is checked once in each timeout: for the first time now, and then late.
      await sleep(TIMEOUT + 50);
      await block(client, () => response.end('b'));
    });
    expect(outcome).toMatchObject({ size: 2 });
  });

  it.each(['blocked', 'frozen'])('still ends a call without a response: %s', async (how) => {
    const pause = how === 'blocked' ? block : freeze;
    const outcome = await outcomeOf('post', '/payments/', ({ response }) =>
      pause(client, () => {
        response.flushHeaders();
      }),
    );
    expect(outcome).toMatchObject({ code: 'timeout', outcome: 'unknown' });
  });

  it('still ends a call whose response never ends', async () => {
    let drip: NodeJS.Timeout | undefined;
    const outcome = await outcomeOf('post', '/payments/', async ({ response }) => {
      response.writeHead(200);
      drip = setInterval(() => response.write('a'), 5);
      response.once('close', () => {
        clearInterval(drip);
      });
      await block(client, () => response.write('a'));
    });
    expect(outcome).toMatchObject({ code: 'timeout', outcome: 'unknown' });
  });
});
