import { Logger } from '@nestjs/common';
import type { Clock } from '../clock/clock.js';
import type { AuditTrail } from './audit.js';
import {
  clientLine,
  type CryptofuseAuditEvent,
  type CryptofuseEvent,
  eventLine,
  isWarning,
} from './events.js';

/** The client an event is about. */
export interface EventSubject {
  readonly clientId: string;
}

/** What is logged about a client when it starts. */
interface StartedClient extends EventSubject {
  readonly baseUrl: string;
  readonly scopes: readonly string[];
}

const logger = new Logger('Cryptofuse');

/** Reports events: warnings to Nest's logger, and all events to the audit sink. */
export class EventLog {
  constructor(
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
    /** The name of the client; `undefined` if it has none. */
    private readonly client: string | undefined,
  ) {}

  /** Reports `event`. Never throws. */
  report(event: CryptofuseEvent, subject: EventSubject): void {
    const audited: CryptofuseAuditEvent = {
      at: new Date(this.clock.now()),
      client: this.client,
      clientId: subject.clientId,
      ...event,
    };
    if (isWarning(event)) this.#write('warn', eventLine(audited));
    const dropped = this.trail.write(audited);
    if (dropped > 0) this.report({ kind: 'audit-events-dropped', count: dropped }, subject);
  }

  /** Logs which client calls which URL, so that a wrong base URL is noticed at startup. */
  logStart({ clientId, baseUrl, scopes }: StartedClient): void {
    const text = `calls ${baseUrl}, scopes: ${scopes.join(' ')}`;
    this.#write('log', clientLine({ client: this.client, clientId }, text));
  }

  #write(level: 'log' | 'warn', line: string): void {
    try {
      logger[level](line);
    } catch {
      // A failing logger must not fail a request.
    }
  }
}
