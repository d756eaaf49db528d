import { describe, expect, it } from '@jest/globals';
import { CryptofuseUnavailableException } from '../../../lib/exceptions/cryptofuse-exceptions.js';
import type { RequestOutcome } from '../../../lib/exceptions/cryptofuse.exception.js';
import { PendingWait } from '../../../lib/pipeline/attempt.js';
import type { Call } from '../../../lib/request/call.js';
import { CallsInFlight } from '../../../lib/pipeline/calls-in-flight.js';
import { WorkInFlight } from '../../../lib/transport/work-in-flight.js';

const CALL = { account: { credentials: { clientId: 'client' } } } as Call;
const OUTCOMES: readonly RequestOutcome[] = ['not-sent', 'refused', 'unknown'];

function callsInFlight(): CallsInFlight {
  return new CallsInFlight(5_000, new WorkInFlight());
}

function entered(calls: CallsInFlight, signal?: AbortSignal): PendingWait {
  const part = new PendingWait(CALL, 'unknown');
  calls.enter(part, signal);
  return part;
}

describe('CallsInFlight', () => {
  it('aborts every part with the exception of a closed client and its outcome', () => {
    const calls = callsInFlight();
    const parts = OUTCOMES.map((outcome) => new PendingWait(CALL, outcome));
    for (const part of parts) calls.enter(part, undefined);
    expect(parts.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    calls.close();
    for (const part of parts) expect(part.reason).toBeInstanceOf(CryptofuseUnavailableException);
    expect(parts.map(({ reason }) => reason)).toMatchObject(
      OUTCOMES.map((outcome) => ({ code: 'client_closed', outcome })),
    );
  });

  it('aborts each part once, however often it is closed', () => {
    const calls = callsInFlight();
    const part = entered(calls);
    calls.close();
    const { reason } = part;
    calls.close();
    expect(part.reason).toBe(reason);
  });

  it('does not abort a part that has left, and lets it leave twice', () => {
    const calls = callsInFlight();
    const [gone, stays] = [entered(calls), entered(calls)];
    calls.leave(gone);
    calls.leave(gone);
    calls.close();
    expect([gone.aborted, stays.aborted]).toEqual([false, true]);
  });

  it('is closed already when a part checks while it is aborted', () => {
    const calls = callsInFlight();
    const seen = [calls.closed];
    entered(calls).addEventListener('abort', () => seen.push(calls.closed));
    calls.close();
    expect([...seen, calls.closed]).toEqual([false, true, true]);
  });

  it('lets one part leave while another is aborted', () => {
    const calls = callsInFlight();
    const parts = [entered(calls), entered(calls)];
    for (const part of parts) {
      part.addEventListener('abort', () => {
        for (const each of parts) calls.leave(each);
      });
    }
    calls.close();
    expect(parts.filter(({ aborted }) => aborted)).toHaveLength(1);
  });

  it('aborts a part that enters while it closes', () => {
    const calls = callsInFlight();
    const late = new PendingWait(CALL, 'not-sent');
    entered(calls).addEventListener('abort', () => {
      calls.enter(late, undefined);
    });
    calls.close();
    expect(late.aborted).toBe(true);
  });

  it("aborts a part with the call's signal, for the same reason", () => {
    const controller = new AbortController();
    const part = entered(callsInFlight(), controller.signal);
    controller.abort('enough');
    expect(part.reason).toBe('enough');
  });

  it('aborts a part at once if its signal was aborted before', () => {
    expect(entered(callsInFlight(), AbortSignal.abort('before')).reason).toBe('before');
  });

  it('does not abort a part that has left, by the signal or by closing', () => {
    const calls = callsInFlight();
    const controller = new AbortController();
    const part = entered(calls, controller.signal);
    calls.leave(part);
    controller.abort('late');
    calls.close();
    expect(part.aborted).toBe(false);
  });
});
