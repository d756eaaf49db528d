import type Nock from 'nock';
import {
  MOCKED_URL,
  type MockedApi,
  type MockedRequest,
  type MockedResponse,
} from './mocked-api.js';

type NockFunction = typeof Nock;

/** Milliseconds; longer than any test. */
const LATE = 600_000;

/** Starts nock, of either version, in the place of the network; what it knows nothing of it lets through unless it is strict. */
export function startNock(nock: NockFunction, isStrict = true): Promise<MockedApi> {
  const requests: MockedRequest[] = [];
  if (!nock.isActive()) nock.activate();
  if (isStrict) nock.disableNetConnect();
  else nock.enableNetConnect();
  const answer = (method: string, path: string, response: MockedResponse): void => {
    const { status = 200, body, failure, isLate = false } = response;
    const asked = nock(MOCKED_URL).intercept(path, method);
    if (isLate) asked.delay(LATE);
    if (failure !== undefined) {
      asked.replyWithError(Object.assign(new Error('The mock says so.'), { code: failure }));
      return;
    }
    asked.reply(function (uri, sent) {
      const { authorization } = this.req.headers as Record<string, string | undefined>;
      requests.push({ method, path: uri, authorization, body: textOf(sent) });
      const headers = { 'content-type': 'application/json' };
      return [status, body === undefined ? '' : JSON.stringify(body), headers];
    });
  };
  const stop = (): Promise<void> => {
    nock.abortPendingRequests();
    nock.cleanAll();
    nock.enableNetConnect();
    nock.restore();
    return Promise.resolve();
  };
  return Promise.resolve({ requests, answer, stop });
}

function textOf(sent: unknown): string {
  return typeof sent === 'string' ? sent : JSON.stringify(sent);
}
