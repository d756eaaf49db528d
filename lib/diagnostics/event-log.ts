import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { AuditTrail } from './audit-trail.js';
import type { CryptofuseAuditEvent, CryptofuseEvent } from './cryptofuse-event.js';
import { eventLine, isWarning } from './event-line.js';

/** The one place every notable moment passes: warnings go to Nest's logger, everything to the audit sink. */
@Injectable()
export class EventLog {
  readonly #logger = new Logger('Cryptofuse');

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  report(event: CryptofuseEvent): void {
    const audited: CryptofuseAuditEvent = {
      at: new Date(this.clock.now()),
      clientId: this.config.clientId,
      ...event,
    };
    if (isWarning(event)) this.#warn(eventLine(audited));
    const dropped = this.trail.write(audited);
    if (dropped > 0) this.report({ kind: 'audit-events-dropped', count: dropped });
  }

  #warn(line: string): void {
    try {
      this.#logger.warn(line);
    } catch {
      // A logger that fails must not end a request.
    }
  }
}
