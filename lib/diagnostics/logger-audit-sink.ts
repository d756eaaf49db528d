import { Injectable, Logger } from '@nestjs/common';
import { CryptofuseAuditSink } from './cryptofuse-audit-sink.js';
import type { CryptofuseAuditEvent } from './cryptofuse-event.js';
import { eventLine, isWarning } from './event-line.js';

/** The default: Nest's logger, at `debug`. Warnings are in it anyway. */
@Injectable()
export class LoggerAuditSink extends CryptofuseAuditSink {
  readonly #logger = new Logger('Cryptofuse');

  write(event: CryptofuseAuditEvent): void {
    if (!isWarning(event)) this.#logger.debug(eventLine(event));
  }
}
