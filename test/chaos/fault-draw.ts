import type { CryptofuseSandbox, SandboxFault } from '../../lib/testing/index.js';
import type { SeededRandom } from './seeded-random.js';

const MISLABELLED = { headers: { 'content-encoding': 'gzip' } };
const RETRY_NOW = { status: 429, headers: { 'retry-after': '0' } };
const RETRY_LATE = { status: 429, headers: { 'retry-after': '3600' } };

/** The faults that a call may meet. */
const CALL_FAULTS: readonly SandboxFault[] = [
  { delay: 5 },
  { delay: 60 },
  { delay: 2_000 },
  { reset: 'before' },
  { reset: 'after' },
  { truncate: true },
  { hang: true },
  { html: true },
  { html: true, status: 200 },
  { html: true, status: 403 },
  MISLABELLED,
  RETRY_NOW,
  RETRY_LATE,
  ...[400, 401, 401, 403, 409, 422, 429, 500, 502, 503, 504].map((status) => ({ status })),
];

/** The faults of the token endpoint. */
const TOKEN_FAULTS: readonly SandboxFault[] = [
  { status: 503 },
  { status: 401, body: { error: 'invalid_client' } },
  { html: true },
  { reset: 'before' },
  { reset: 'after' },
  { truncate: true },
  { hang: true },
  { delay: 60 },
];

/** A call to make, and its faults. */
export interface PlannedCall {
  readonly mark: string;
  /** The reference of a payment; `undefined` for a GET. */
  readonly reference: string | undefined;
  readonly face: 'service' | 'http-service';
  /** Sets the faults in the sandbox. */
  readonly prepare: () => void;
}

/** Draws calls and their faults at random. */
export class CallDraw {
  constructor(
    private readonly random: SeededRandom,
    private readonly sandbox: CryptofuseSandbox,
  ) {}

  /** @param mark put in the query of the call, so that its faults affect no other one */
  draw(mark: string): PlannedCall {
    const faults = [...this.#callFaults(mark), ...this.#tokenFaults()];
    const revokes = faults.some(({ on }) => on === 'token') || this.random.happens(0.02);
    return {
      mark,
      reference: this.random.happens(0.6) ? mark : undefined,
      face: this.random.happens(0.5) ? 'service' : 'http-service',
      prepare: () => {
        if (revokes) this.sandbox.revokeAll();
        for (const fault of faults) this.sandbox.fail(fault);
      },
    };
  }

  /** Draws the faults of a call: often none, sometimes several in a row. */
  #callFaults(mark: string): SandboxFault[] {
    const path = new RegExp(`[?&]call=${mark}(&|$)`);
    const faults: SandboxFault[] = [];
    for (let odds = 0.55; this.random.happens(odds); odds = 0.4) {
      faults.push({ ...this.#one(CALL_FAULTS), on: { path } });
    }
    return faults;
  }

  #tokenFaults(): SandboxFault[] {
    if (!this.random.happens(0.004)) return [];
    return [{ ...this.#one(TOKEN_FAULTS), on: 'token', times: 1 + this.random.below(2) }];
  }

  #one(faults: readonly SandboxFault[]): SandboxFault {
    return faults[this.random.below(faults.length)] ?? { hang: true };
  }
}
