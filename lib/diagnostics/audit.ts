import { Logger, type LoggerService } from '@nestjs/common';
import { inBackground } from '../clock/clock.js';
import { type CryptofuseAuditEvent, eventLine, isWarning } from './events.js';

/**
 * Receives the audit log. Provide your own to write it somewhere other than Nest's logger.
 *
 * ```ts
 * CryptofuseModule.forRootAsync({
 *   useFactory: () => ({}),
 *   extraProviders: [{ provide: CryptofuseAuditSink, useClass: MySink }],
 * });
 * ```
 *
 * It is called in the order of the events and never delays a request: a failure is logged once, without its message, and
 * while a thousand of its promises are pending, further events are dropped and counted.
 */
export abstract class CryptofuseAuditSink {
  /** Writes one event. A returned promise is not awaited before the next event. */
  abstract write(event: CryptofuseAuditEvent): void | Promise<void>;
}

const trailLogger = new Logger('Cryptofuse');

/** How many events may have a pending promise. */
const MOST_PENDING = 1_000;

/** Passes events to the audit sink in order, without waiting for it. */
export class AuditTrail {
  #pending = 0;
  #dropped = 0;
  #hasFailed = false;

  constructor(private readonly sink: CryptofuseAuditSink) {}

  /** Passes `event` to the sink; returns how many events were dropped before it. */
  write(event: CryptofuseAuditEvent): number {
    if (this.#pending >= MOST_PENDING) {
      if (this.#dropped === 0) this.#logError('The audit sink hangs: events are dropped.');
      this.#dropped += 1;
      return 0;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#pass(event);
    return dropped;
  }

  #pass(event: CryptofuseAuditEvent): void {
    try {
      const written: unknown = inBackground(() => this.sink.write(event));
      if (isPromise(written)) this.#await(Promise.resolve(written));
    } catch {
      this.#reportFailure();
    }
  }

  #await(written: Promise<unknown>): void {
    this.#pending += 1;
    written
      .catch(() => {
        this.#reportFailure();
      })
      .finally(() => {
        this.#pending -= 1;
      });
  }

  /** Logs only the first failure: a broken sink usually fails for every event. The error may quote an event. */
  #reportFailure(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#logError('The audit sink failed; further failures of it are not logged.');
  }

  #logError(line: string): void {
    try {
      trailLogger.error(line);
    } catch {
      // A failing logger must not fail a request.
    }
  }
}

function isPromise(written: unknown): boolean {
  return typeof written === 'object' && written !== null && 'then' in written;
}

/** Nest's logger or the application's, which may report whether a level is enabled. */
type LevelledLogger = LoggerService & { isLevelEnabled?(level: 'debug'): unknown };

/**
 * Logs events through Nest's logger at `debug`, and formats only those that are logged. Nest buffers logs during startup,
 * so the level is checked when the line is written. On Nest 11, `Logger.isLevelEnabled` returns false unless log levels
 * were configured.
 */
class EventLogger extends Logger {
  readonly #lines: LoggerService = {
    debug: (event: CryptofuseAuditEvent, ...context: unknown[]) => {
      const logger = super.localInstance as LevelledLogger | undefined;
      if (logger?.debug === undefined || logger.isLevelEnabled?.('debug') === false) return;
      logger.debug(eventLine(event), ...context);
    },
    log: ignore,
    error: ignore,
    warn: ignore,
  };

  override get localInstance(): LoggerService {
    return this.#lines;
  }
}

/** The default sink: Nest's logger, at `debug`. Warnings are skipped, as they are logged anyway. */
export class LoggerAuditSink extends CryptofuseAuditSink {
  readonly #logger = new EventLogger('Cryptofuse');

  write(event: CryptofuseAuditEvent): void {
    if (!isWarning(event)) this.#logger.debug(event);
  }
}

function ignore(): void {
  // Only events are logged here, at `debug`.
}
