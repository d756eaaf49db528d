import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from '../../../lib/client.js';
import { Clock } from '../../../lib/clock/clock.js';
import { CryptofuseModule, CryptofuseTokenService } from '../../../lib/index.js';
import { VirtualClock } from '../../../lib/testing/index.js';
import { type IssuedToken, issueToken } from '../../../lib/token/issued-token.js';
import type { TokenFetcher } from '../../../lib/token/token-fetcher.js';
import type { TokenKeeper } from '../../../lib/token/token-keeper.js';
import { exceptionOf } from '../../support/exception-of.js';
import { ScriptedServer } from '../../support/scripted-server.js';
import { until } from '../../support/until.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const STALE = HOUR - 60 * SECOND;

/** Counts how often it is asked. */
class CountingClock extends VirtualClock {
  readonly asked = { wall: 0, monotonic: 0 };

  override now(): number {
    this.asked.wall += 1;
    return super.now();
  }

  override monotonic(): number {
    this.asked.monotonic += 1;
    return super.monotonic();
  }

  forget(): void {
    Object.assign(this.asked, { wall: 0, monotonic: 0 });
  }
}

describe('the token keeper', () => {
  let clock: CountingClock;
  let server: ScriptedServer;
  let module: TestingModule;
  let keeper: TokenKeeper;
  let tokens: CryptofuseTokenService;

  beforeEach(async () => {
    clock = new CountingClock({ frozen: true });
    server = new ScriptedServer(clock);
    const client = { clientId: 'shop', clientSecret: 'shop-secret', transport: () => server };
    module = await Test.createTestingModule({ imports: [CryptofuseModule.forRoot(client)] })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    module.useLogger(false);
    await module.init();
    keeper = module.get(Client).account.tokens;
    tokens = module.get(CryptofuseTokenService);
  });

  afterEach(() => module.close());

  describe('usable()', () => {
    beforeEach(async () => {
      await tokens.getToken();
    });

    it('reads each clock once for a fresh token', () => {
      clock.forget();
      expect(keeper.usable()).toBe(keeper.current);
      expect(clock.asked).toEqual({ wall: 1, monotonic: 1 });
    });

    it('reads each clock once for a stale token whose renewal is under way', () => {
      server.mood = 'silent';
      clock.advance(STALE);
      expect(keeper.isRequesting).toBe(true);
      clock.forget();
      expect(keeper.usable()).toBe(keeper.current);
      expect(clock.asked).toEqual({ wall: 1, monotonic: 1 });
    });

    it('reads each clock once for a stale token whose renewal has failed', async () => {
      jest
        .spyOn(module.get(Client).account.fetcher, 'obtain')
        .mockRejectedValueOnce(new Error('gone'));
      clock.advance(STALE);
      await until(() => !keeper.isRequesting);
      clock.forget();
      expect(keeper.usable()).toBe(keeper.current);
      expect(keeper.isRequesting).toBe(false);
      expect(clock.asked).toEqual({ wall: 1, monotonic: 1 });
    });

    it('reads no clock without a token', () => {
      keeper.invalidate();
      clock.forget();
      expect(keeper.usable()).toBeUndefined();
      expect(clock.asked).toEqual({ wall: 0, monotonic: 0 });
    });

    it.each([
      [
        'the wall clock',
        () => {
          clock.jumpWall(HOUR);
        },
      ],
      [
        'the monotonic clock, the wall clock being where it was',
        () => {
          const wall = clock.now();
          server.mood = 'silent';
          clock.advance(HOUR);
          clock.setWall(wall);
        },
      ],
    ])('hands out nothing once the token has expired by %s', (_, move) => {
      expect(keeper.usable()).toBeDefined();
      move();
      expect(keeper.usable()).toBeUndefined();
      expect(keeper.current).toBeDefined();
    });

    it('starts the renewal of a token that has become stale', () => {
      clock.jumpWall(STALE);
      expect(keeper.isRequesting).toBe(false);
      expect(keeper.usable()).toBe(keeper.current);
      expect(keeper.isRequesting).toBe(true);
    });
  });

  it('drops a token that arrives while it is closed', async () => {
    const fetched = landing(module.get(Client).account.fetcher);
    const waiting = exceptionOf(tokens.getToken());
    void fetched.token.then(() => {
      keeper.close();
    });
    fetched.come();
    expect(await waiting).toMatchObject({ code: 'client_closed' });
    expect(keeper.current).toBeUndefined();
    expect(await exceptionOf(tokens.getToken())).toMatchObject({ code: 'client_closed' });
  });

  it('drops a token that arrives while it is invalidated', async () => {
    const fetched = landing(module.get(Client).account.fetcher);
    const waiting = tokens.getToken();
    void fetched.token.then(() => {
      keeper.invalidate();
    });
    fetched.come();
    await expect(waiting).resolves.not.toBe('early-token');
  });

  /** Has the next token come when the test says so. */
  function landing(fetcher: TokenFetcher) {
    const grant = { value: 'early-token', lifetime: 3_600, scopes: [], namesScopes: false };
    const sentAt = { wall: clock.now(), monotonic: clock.monotonic() };
    let come = (): void => undefined;
    const token = new Promise<IssuedToken>((resolve) => {
      come = () => {
        resolve(issueToken(grant, sentAt, false));
      };
    });
    jest.spyOn(fetcher, 'obtain').mockReturnValueOnce(token);
    return { token, come };
  }
});
