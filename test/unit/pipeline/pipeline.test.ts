import { describe, expect, it, jest } from '@jest/globals';
import { compose } from '../../../lib/pipeline/pipeline.js';
import type {
  CryptofuseInterceptor,
  CryptofuseNext,
  CryptofuseRequest,
  CryptofuseResponse,
} from '../../../lib/contracts/interceptor.js';
import { isSuccess } from '../../../lib/request/call.js';
import { rejectionOf } from '../../support/rejection-of.js';

const REQUEST: CryptofuseRequest = {
  method: 'GET',
  url: 'https://api.cryptofuse.io/',
  headers: {},
  body: undefined,
  signal: undefined,
  timeout: 1_000,
  responseType: 'json',
  retry: false,
  accepts: isSuccess,
};
const ANSWER: CryptofuseResponse = { status: 200, headers: {}, body: 'answer' };

/** Logs when it is entered and left, and adds its name to the request and to the response. */
function tracer(name: string, log: string[]): CryptofuseInterceptor {
  return {
    async intercept(request, next) {
      log.push(`${name} in`);
      const response = await next({ ...request, url: `${request.url}${name}/` });
      log.push(`${name} out`);
      return { ...response, body: `${String(response.body)}<${name}` };
    },
  };
}

function wire(answer: CryptofuseResponse = ANSWER) {
  return jest.fn<CryptofuseNext>(() => Promise.resolve(answer));
}

describe('compose', () => {
  it('runs the steps in order to the wire, and back', async () => {
    const log: string[] = [];
    const last = wire();
    const send = compose([tracer('a', log), tracer('b', log), tracer('c', log)], last);
    const response = await send(REQUEST);
    expect(log).toEqual(['a in', 'b in', 'c in', 'c out', 'b out', 'a out']);
    expect(response.body).toBe('answer<c<b<a');
    expect(last.mock.calls[0]?.[0].url).toBe('https://api.cryptofuse.io/a/b/c/');
    expect(REQUEST.url).toBe('https://api.cryptofuse.io/');
  });

  it('passes on the same request and the same response', async () => {
    const last = wire();
    const pass: CryptofuseInterceptor = { intercept: (request, next) => next(request) };
    expect(await compose([pass, pass], last)(REQUEST)).toBe(ANSWER);
    expect(last.mock.calls[0]?.[0]).toBe(REQUEST);
  });

  it('stops at an interceptor that responds itself', async () => {
    const [early, last] = [wire({ ...ANSWER, status: 404 }), wire()];
    const response = await compose([{ intercept: early }], last)(REQUEST);
    expect(response.status).toBe(404);
    expect(last).not.toHaveBeenCalled();
  });

  it('runs the rest of the pipeline again each time next is called', async () => {
    const log: string[] = [];
    const last = wire();
    const twice: CryptofuseInterceptor = {
      async intercept(request, next) {
        await next(request);
        return next(request);
      },
    };
    await compose([tracer('a', log), twice, tracer('b', log)], last)(REQUEST);
    expect(log).toEqual(['a in', 'b in', 'b out', 'b in', 'b out', 'a out']);
    expect(last).toHaveBeenCalledTimes(2);
  });

  it('calls intercept as a method of its interceptor', async () => {
    class Counting implements CryptofuseInterceptor {
      #count = 0;

      intercept(): Promise<CryptofuseResponse> {
        this.#count += 1;
        return Promise.resolve({ ...ANSWER, body: this.#count });
      }
    }
    const send = compose([new Counting()], wire());
    expect([(await send(REQUEST)).body, (await send(REQUEST)).body]).toEqual([1, 2]);
  });

  it('ignores later changes of the list', async () => {
    const list: CryptofuseInterceptor[] = [];
    const send = compose(list, wire());
    list.unshift({ intercept: wire({ ...ANSWER, status: 500 }) });
    expect((await send(REQUEST)).status).toBe(200);
  });

  it('rejects with what an interceptor rejects with', async () => {
    const reason = new Error('reason');
    const failing: CryptofuseInterceptor = { intercept: () => Promise.reject(reason) };
    const log: string[] = [];
    expect(await rejectionOf(compose([tracer('a', log), failing], wire())(REQUEST))).toBe(reason);
    expect(log).toEqual(['a in']);
  });
});
