import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConsoleLogger, Logger, type LoggerService, type LogLevel } from '@nestjs/common';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { LineLogger } from '../support/line-logger.js';

/** A logger that keeps the lines instead of printing them. */
class Console extends ConsoleLogger {
  readonly printed: string[] = [];

  protected override printMessages(messages: unknown[], _context?: string, level?: LogLevel): void {
    this.printed.push(...messages.map((message) => `${String(level)} ${String(message)}`));
  }
}

/** Counts formatted lines by `Math.round`, which only the formatting of a duration calls during a call. */
function countFormatting(): jest.SpiedFunction<typeof Math.round> {
  return jest.spyOn(Math, 'round');
}

const LINE = /GET \/user\/me\/ 200 \d+ ms, token [0-9a-f]{12}$/;

describe.each([
  ['axios', undefined],
  ['undici', undiciTransport()],
])('over %s, the debug line of a call', (_, transport) => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ ...(transport && { client: { transport } }) });
    await client.api.me();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    Logger.flush();
    Logger.overrideLogger(false);
    await client.stop();
  });

  const silent: readonly (readonly [string, () => LoggerService | false])[] = [
    ['nothing is logged', () => false],
    ['the level is higher', () => new Console('App', { logLevels: ['log', 'warn', 'error'] })],
    ['the logger has no debug', () => ({ log: jest.fn(), warn: jest.fn(), error: jest.fn() })],
    [
      'the logger says that it is off',
      () => Object.assign(new LineLogger(), { isLevelEnabled: () => false }),
    ],
  ];

  it.each(silent)('is not formatted when %s', async (_case, logger) => {
    const made = logger();
    Logger.overrideLogger(made);
    const formatted = countFormatting();
    await client.api.me();
    expect(formatted).not.toHaveBeenCalled();
    if (made instanceof Console) expect(made.printed).toEqual([]);
  });

  it('is logged when the level is on', async () => {
    const logger = new Console('App', { logLevels: ['debug'] });
    Logger.overrideLogger(logger);
    await client.api.me();
    expect(logger.printed).toEqual([expect.stringMatching(LINE)]);
  });

  it('is logged once the level is turned on, and no more once it is off', async () => {
    const logger = new Console('App', { logLevels: ['error'] });
    Logger.overrideLogger(logger);
    await client.api.me();
    logger.setLogLevels(['debug']);
    await client.api.me();
    logger.setLogLevels(['error']);
    await client.api.me();
    expect(logger.printed).toHaveLength(1);
  });

  it('is passed as text, with its context, to a logger without levels', async () => {
    const logger = new LineLogger().collect();
    await client.api.me();
    expect(logger.lines).toEqual([
      { level: 'debug', parts: [expect.stringMatching(LINE), 'Cryptofuse'] },
    ]);
  });

  it('waits in the buffer of a start for the logger set later', async () => {
    Logger.overrideLogger(new Console('App', { logLevels: ['error'] }));
    Logger.attachBuffer();
    await client.api.me();
    const logger = new LineLogger().collect();
    Logger.flush();
    expect(logger.debugs).toEqual([expect.stringMatching(LINE)]);
  });

  it("is logged by Nest's own logger when no other is set", async () => {
    const { default: printed } = { default: [] as string[] };
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
    Logger.overrideLogger(new Logger());
    await client.api.me();
    write.mockRestore();
    expect(printed.join('')).toContain('GET /user/me/ 200');
  });
});
