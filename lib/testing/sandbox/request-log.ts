import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../clock/clock.js';
import type { Call } from './call.js';
import type { ClientRegistry } from './clients.js';
import type { TokenStore } from './issued-tokens.js';

/** A request that came in, with every secret and token struck. */
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

const MASK = '[secret]';
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie'];
const CREDENTIAL_FIELD =
  /(?<=^|[?&])(client_secret|token|access_token|refresh_token|password|code)=[^&#]*/g;
/** Anything that may be a token of ours, a JWT included. */
const TOKEN_LIKE = /[A-Za-z0-9._~+-]{8,}/g;

/** Strikes secrets and tokens out of what the request log keeps. */
export class SecretMask {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly tokens: TokenStore,
  ) {}

  headers(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const masked = { ...headers };
    for (const name of CREDENTIAL_HEADERS) {
      if (masked[name] !== undefined) {
        masked[name] = maskCredential(String(masked[name]));
      }
    }
    return masked;
  }

  /** `text` without the fields of a form or query that hold a credential, and without any we know. */
  text(text: string): string {
    const withoutFields = text.replace(CREDENTIAL_FIELD, `$1=${MASK}`);
    const withoutTokens = withoutFields.replace(TOKEN_LIKE, (run) =>
      this.tokens.wasGiven(run) ? MASK : run,
    );
    return this.clients
      .secrets()
      .filter((secret) => secret !== '')
      .reduce((masked, secret) => masked.replaceAll(secret, MASK), withoutTokens);
  }
}

/** Keeps the scheme: `Bearer abc` becomes `Bearer [secret]`. */
function maskCredential(value: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9-]* /.exec(value)?.[0] ?? '';
  return `${scheme}${MASK}`;
}
