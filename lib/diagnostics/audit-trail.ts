import { Injectable, Logger } from '@nestjs/common';
import { inBackground } from '../clock/background.js';
import { CryptofuseAuditSink } from './cryptofuse-audit-sink.js';
import type { CryptofuseAuditEvent } from './cryptofuse-event.js';

/** Events that a slow sink may have in hand. */
const MOST_PENDING = 1_000;

/** Hands events to the audit sink, in order, without ever waiting for it. */
@Injectable()
export class AuditTrail {
  readonly #logger = new Logger('Cryptofuse');
  #pending = 0;
  #dropped = 0;
  #hasFailed = false;

  constructor(private readonly sink: CryptofuseAuditSink) {}

  /** Returns how many events were dropped before this one, once the sink keeps up again. */
  write(event: CryptofuseAuditEvent): number {
    if (this.#pending >= MOST_PENDING) {
      if (this.#dropped === 0) this.#tell('The audit sink hangs: events are dropped.');
      this.#dropped += 1;
      return 0;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#hand(event);
    return dropped;
  }

  #hand(event: CryptofuseAuditEvent): void {
    try {
      const written: unknown = inBackground(() => this.sink.write(event));
      if (isPromise(written)) this.#await(Promise.resolve(written));
    } catch {
      this.#tellOfFailure();
    }
  }

  #await(written: Promise<unknown>): void {
    this.#pending += 1;
    written
      .catch(() => {
        this.#tellOfFailure();
      })
      .finally(() => {
        this.#pending -= 1;
      });
  }

  /** Once: a sink that fails tends to fail for every event. What it threw may quote one. */
  #tellOfFailure(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#tell('The audit sink failed; further failures of it are not logged.');
  }

  #tell(line: string): void {
    try {
      this.#logger.error(line);
    } catch {
      // A logger that fails must not end a request.
    }
  }
}

function isPromise(written: unknown): boolean {
  return typeof written === 'object' && written !== null && 'then' in written;
}
