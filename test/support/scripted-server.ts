import { untilAborted } from '../../lib/transport/cancellation.js';
import { TransportFailure } from '../../lib/contracts/transport.js';
import type {
  AbortSignalLike,
  Transport,
  TransportRequest,
  TransportResponse,
} from '../../lib/index.js';
import type { VirtualClock } from '../../lib/testing/index.js';

/** How the token endpoint answers. */
export type EndpointMood = 'fine' | 'http-503' | 'refused' | 'silent';

/** A bearer that the API was sent, and what was true of it at that moment. */
export interface SentBearer {
  readonly token: string;
  readonly isExpired: boolean;
  readonly at: number;
}

interface ScriptedToken {
  readonly expiresAt: number;
  /** Whether it was alive when it was handed over: one that was not serves those who waited all the same. */
  readonly wasAlive: boolean;
  revoked: boolean;
}

/**
 * The API as a transport on a virtual clock, without a socket: what a property test needs to see every
 * interleaving. Its own time is the monotonic one, which no test sets back.
 */
export class ScriptedServer implements Transport {
  mood: EndpointMood = 'fine';
  latency = 0;
  /** Seconds. */
  lifetime = 3_600;
  readonly tokenRequestsAt: number[] = [];
  readonly bearers: SentBearer[] = [];
  tokenRequestsUnderWay = 0;
  mostUnderWay = 0;
  readonly #tokens = new Map<string, ScriptedToken>();

  constructor(private readonly clock: VirtualClock) {}

  send(request: TransportRequest): Promise<TransportResponse> {
    return request.url.endsWith('/o/token/') ? this.#issue(request) : this.#answer(request);
  }

  close(): void {
    // There is no socket.
  }

  revokeAll(): void {
    for (const token of this.#tokens.values()) token.revoked = true;
  }

  async #issue({ signal }: TransportRequest): Promise<TransportResponse> {
    this.tokenRequestsAt.push(this.clock.monotonic());
    this.tokenRequestsUnderWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.tokenRequestsUnderWay);
    const { mood, latency, lifetime } = this;
    const life = lifetime * 1_000;
    try {
      const expiresAt = this.clock.monotonic() + life;
      await this.#pass(mood === 'silent' ? Infinity : latency, signal);
      if (mood === 'http-503') return json(503, { error: 'temporarily_unavailable' });
      if (mood === 'refused') throw new TransportFailure('connection_refused', 'not-sent', 'No.');
      const token = `token-${this.#tokens.size + 1}`;
      const wasAlive = this.clock.monotonic() < expiresAt;
      this.#tokens.set(token, { expiresAt, wasAlive, revoked: false });
      return json(200, { access_token: token, token_type: 'Bearer', expires_in: lifetime });
    } finally {
      this.tokenRequestsUnderWay -= 1;
    }
  }

  async #answer({ headers, signal }: TransportRequest): Promise<TransportResponse> {
    const token = String(headers['authorization']).replace('Bearer ', '');
    const issued = this.#tokens.get(token);
    const at = this.clock.monotonic();
    const isExpired = issued === undefined || (issued.wasAlive && at >= issued.expiresAt);
    this.bearers.push({ token, isExpired, at });
    const isGood = issued !== undefined && !issued.revoked && !isExpired;
    await this.#pass(this.latency, signal);
    return isGood ? json(200, { name: 'Shop' }) : json(401, { detail: 'No.' });
  }

  /** Waits by the virtual clock; an abort ends it. */
  #pass(ms: number, signal: AbortSignalLike | undefined): Promise<void> {
    const passed = new Promise<void>((resolve) => {
      if (ms === 0) resolve();
      else if (Number.isFinite(ms)) this.clock.schedule(resolve, ms);
    });
    return untilAborted(passed, signal);
  }
}

function json(status: number, body: unknown): TransportResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
