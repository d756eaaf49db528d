import { SystemClock } from '../../lib/clock/clock.js';
import { AuditTrail, CryptofuseAuditSink } from '../../lib/diagnostics/audit.js';
import { EventLog } from '../../lib/diagnostics/event-log.js';
import type { CryptofuseAuditEvent } from '../../lib/diagnostics/events.js';

/** A log whose events are added to `events`. */
export function eventLogOf(events: CryptofuseAuditEvent[] = []): EventLog {
  return new EventLog(new AuditTrail(new ListedEvents(events)), new SystemClock(), undefined);
}

class ListedEvents extends CryptofuseAuditSink {
  constructor(private readonly events: CryptofuseAuditEvent[]) {
    super();
  }

  write(event: CryptofuseAuditEvent): void {
    this.events.push(event);
  }
}
