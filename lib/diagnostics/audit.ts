import { Logger, type LoggerService } from '@nestjs/common';
import { inBackground } from '../clock/clock.js';
import { type CryptofuseAuditEvent, eventLine, isWarning } from './events.js';

/**
 * Where the audit log goes. Provide one to have it elsewhere than in Nest's logger.
 *
 * ```ts
 * CryptofuseModule.forRootAsync({
 *   useFactory: () => ({}),
 *   extraProviders: [{ provide: CryptofuseAuditSink, useClass: MySink }],
 * });
 * ```
 *
 * It is called in the order of the events and never holds up a request: what it throws is logged, and while
 * a thousand of its promises are pending, further events are dropped and counted.
 */
export abstract class CryptofuseAuditSink {
  /** Takes one event. A promise is not awaited before the next one. */
  abstract write(event: CryptofuseAuditEvent): void | Promise<void>;
}

const trailLogger = new Logger('Cryptofuse');

/** Events whose promise may be pending. */
const MOST_PENDING = 1_000;

/** Hands events to the audit sink, in order, without ever waiting for it. */
export class AuditTrail {
  #pending = 0;
  #dropped = 0;
  #hasFailed = false;

  constructor(private readonly sink: CryptofuseAuditSink) {}

  /** Passes `event` on; returns how many were dropped before it, once the sink keeps up again. */
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

  /** Once: a sink that fails tends to fail for every event. What it threw may quote one. */
  #reportFailure(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#logError('The audit sink failed; further failures of it are not logged.');
  }

  #logError(line: string): void {
    try {
      trailLogger.error(line);
    } catch {
      // A logger that fails must not end a request.
    }
  }
}

function isPromise(written: unknown): boolean {
  return typeof written === 'object' && written !== null && 'then' in written;
}

/** A logger of Nest's, or of the application's own, which may say what it logs. */
type LevelledLogger = LoggerService & { isLevelEnabled?(level: 'debug'): unknown };

/**
 * Nest's logger at `debug`, but for events: only those that are logged are formatted. Nest buffers what is logged at the
 * start, so the level is checked when the line is due. `Logger.isLevelEnabled` says no on Nest 11 unless
 * levels were stated.
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

/** The default: Nest's logger, at `debug`. Warnings are in it anyway. */
export class LoggerAuditSink extends CryptofuseAuditSink {
  readonly #logger = new EventLogger('Cryptofuse');

  write(event: CryptofuseAuditEvent): void {
    if (!isWarning(event)) this.#logger.debug(event);
  }
}

function ignore(): void {
  // Nothing but events comes here.
}
