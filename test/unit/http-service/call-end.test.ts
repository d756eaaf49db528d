import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { CallEnd } from '../../../lib/http-service/plain-calls.js';

describe('CallEnd', () => {
  it('ends with the signal that was stated, and for its reason', () => {
    const controller = new AbortController();
    const end = new CallEnd(controller.signal);
    controller.abort('left');
    expect([end.aborted, end.reason]).toEqual([true, 'left']);
  });

  it('has ended where the signal was aborted before', () => {
    expect(new CallEnd(AbortSignal.abort('left')).reason).toBe('left');
  });

  it('ends with its subscription, for the reason of an AbortController that states none', () => {
    const end = new CallEnd(undefined);
    end.unsubscribe();
    const { reason } = AbortSignal.abort() as { reason: DOMException };
    expect(end.reason).toBeInstanceOf(DOMException);
    expect(end.reason).toMatchObject({ name: reason.name, message: reason.message });
  });

  it('ends no more once its call is settled, and leaves nothing on the signal', () => {
    const controller = new AbortController();
    const end = new CallEnd(controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    end.settle();
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    controller.abort();
    end.unsubscribe();
    expect(end.aborted).toBe(false);
  });
});
