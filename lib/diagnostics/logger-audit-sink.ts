import { Injectable, Logger, type LoggerService } from '@nestjs/common';
import { CryptofuseAuditSink } from './cryptofuse-audit-sink.js';
import type { CryptofuseAuditEvent } from './cryptofuse-event.js';
import { eventLine, isWarning } from './event-line.js';

/** A logger of Nest's, or of the application's own, which may say what it logs. */
type LevelledLogger = LoggerService & { isLevelEnabled?(level: 'debug'): unknown };

/**
 * Nest's logger at `debug`, told of events: it makes lines of those alone that are logged. What a start buffers
 * comes to its logger later, so it is asked where the line is due. `Logger.isLevelEnabled` says no on Nest 11 unless
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
@Injectable()
export class LoggerAuditSink extends CryptofuseAuditSink {
  readonly #logger = new EventLogger('Cryptofuse');

  write(event: CryptofuseAuditEvent): void {
    if (!isWarning(event)) this.#logger.debug(event);
  }
}

function ignore(): void {
  // Nothing but events comes here.
}
