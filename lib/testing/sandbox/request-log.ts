import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../clock/clock.js';
import type { Call } from './call.js';
import type { SecretMask } from './secret-mask.js';

/** A request that came in, with every secret and token redacted. */
export interface SandboxRequest {
  readonly method: string;
  /** Path and query as they were sent, the prefix included. */
  readonly path: string;
  /** `undefined` while there is no answer, and for good where the connection was cut before there was one. */
  readonly status: number | undefined;
  /** Names in lower case. A credential is `[secret]`, its scheme kept: `Bearer [secret]`. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** `undefined` where there was none, where it is larger than 16 KiB, and at `/echo/`, which streams it. */
  readonly body: string | undefined;
  /** When it came, in milliseconds since the epoch by the sandbox's wall clock. */
  readonly at: number;
}

type Entry = { -readonly [Member in keyof SandboxRequest]: SandboxRequest[Member] };

/** Bytes. */
const LARGEST_BODY = 16 * 1024;
/** Older requests are forgotten, so that a long load test does not fill the memory. */
const LONGEST_LOG = 10_000;

/** The requests that came in, oldest first. */
export class RequestLog {
  private entries: Entry[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly mask: SecretMask,
  ) {}

  /** Notes a request at its arrival; what it returns notes the rest of it. */
  open(call: Call): RequestNote {
    const entry: Entry = {
      method: call.method,
      path: this.mask.text(call.target),
      status: undefined,
      headers: this.mask.headers(call.headers),
      body: undefined,
      at: this.clock.now(),
    };
    this.entries.push(entry);
    if (this.entries.length > LONGEST_LOG) {
      this.entries.shift();
    }
    return new RequestNote(entry, this.mask);
  }

  all(): SandboxRequest[] {
    return this.entries.map((entry) => ({ ...entry }));
  }

  reset(): void {
    this.entries = [];
  }
}

/** The entry of one request, while it is being answered. */
export class RequestNote {
  constructor(
    private readonly entry: Entry,
    private readonly mask: SecretMask,
  ) {}

  body(body: Buffer): void {
    if (body.length > 0 && body.length <= LARGEST_BODY) {
      this.entry.body = this.mask.text(body.toString('utf8'));
    }
  }

  answered(status: number): void {
    this.entry.status = status;
  }
}
