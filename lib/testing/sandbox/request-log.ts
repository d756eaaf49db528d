import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../clock/clock.js';
import type { Call } from './call.js';
import type { ClientRegistry } from './clients.js';
import type { IssuedTokens } from './issued-tokens.js';

/** A request that came in, with every secret and token redacted. */
export interface SandboxRequest {
  readonly method: string;
  /** Path and query as they were sent, the prefix included. */
  readonly path: string;
  /** `undefined` until there is a response, and for good if the connection was closed before. */
  readonly status: number | undefined;
  /** Names in lower case. A credential is `[secret]`, its scheme kept: `Bearer [secret]`. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** `undefined` if there was none, if it is larger than 16 KiB, and at `/echo/`, which streams it. */
  readonly body: string | undefined;
  /** When it came in, in milliseconds since the epoch by the sandbox's wall clock. */
  readonly at: number;
}

type Entry = { -readonly [Member in keyof SandboxRequest]: SandboxRequest[Member] };

/** Bytes. */
const LARGEST_BODY = 16 * 1024;
/** Older requests are forgotten, so that a long load test does not fill the memory. */
const LONGEST_LOG = 10_000;

const REDACTED = '[secret]';
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie'];
const CREDENTIAL_FIELD =
  /(?<=^|[?&])(client_secret|token|access_token|refresh_token|password|code)=[^&#]*/g;
/** Anything that may be a token of ours, a JWT included. */
const TOKEN_LIKE = /[A-Za-z0-9._~+-]{8,}/g;

/** The requests that came in, oldest first. @internal */
export class RequestLog {
  #entries: Entry[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly redactor: LogRedactor,
  ) {}

  /** Logs a request at its arrival; the rest of it goes to the record that is returned. */
  add(call: Call): RequestRecord {
    const entry: Entry = {
      method: call.method,
      path: this.redactor.redactText(call.url),
      status: undefined,
      headers: this.redactor.redactHeaders(call.headers),
      body: undefined,
      at: this.clock.now(),
    };
    this.#entries.push(entry);
    if (this.#entries.length > LONGEST_LOG) this.#entries.shift();
    return new RequestRecord(entry, this.redactor);
  }

  all(): SandboxRequest[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  reset(): void {
    this.#entries = [];
  }
}

/** The log's entry of one request, while that is in flight. @internal */
export class RequestRecord {
  constructor(
    private readonly entry: Entry,
    private readonly redactor: LogRedactor,
  ) {}

  setBody(body: Buffer): void {
    if (body.length > 0 && body.length <= LARGEST_BODY) {
      this.entry.body = this.redactor.redactText(body.toString('utf8'));
    }
  }

  setStatus(status: number): void {
    this.entry.status = status;
  }
}

/** Redacts secrets and tokens in what the request log keeps. @internal */
export class LogRedactor {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly tokens: IssuedTokens,
  ) {}

  redactHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const redacted = { ...headers };
    for (const name of CREDENTIAL_HEADERS) {
      if (redacted[name] !== undefined) redacted[name] = redactCredential(String(redacted[name]));
    }
    return redacted;
  }

  /** Redacts the fields of a form or query that hold a credential, and every secret and token of this sandbox. */
  redactText(text: string): string {
    const withoutFields = text.replace(CREDENTIAL_FIELD, `$1=${REDACTED}`);
    const withoutTokens = withoutFields.replace(TOKEN_LIKE, (run) =>
      this.tokens.wasIssued(run) ? REDACTED : run,
    );
    return this.clients
      .secrets()
      .filter((secret) => secret !== '')
      .reduce((redacted, secret) => redacted.replaceAll(secret, REDACTED), withoutTokens);
  }
}

/** Keeps the scheme: `Bearer abc` becomes `Bearer [secret]`. */
function redactCredential(value: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9-]* /.exec(value)?.[0] ?? '';
  return `${scheme}${REDACTED}`;
}
