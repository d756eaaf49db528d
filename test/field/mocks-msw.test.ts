import { describe } from '@jest/globals';
import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import {
  MOCKED_URL,
  type MockedApi,
  type MockedRequest,
  type MockedResponse,
} from '../support/mocked-api.js';
import { describeLetThrough } from './mocks-let-through.contract.js';
import { describeMocked } from './mocks.contract.js';

/** Starts MSW in place of the network. */
function startMsw(onUnhandledRequest: 'error' | 'bypass'): Promise<MockedApi> {
  const requests: MockedRequest[] = [];
  const answers = new Map<string, MockedResponse[]>();
  const server = setupServer(
    http.all(`${MOCKED_URL}/*`, async ({ request }) => {
      const { method, headers } = request;
      const path = new URL(request.url).pathname;
      const authorization = headers.get('authorization') ?? undefined;
      requests.push({ method, path, authorization, body: await request.text() });
      const answer = answers.get(`${method} ${path}`)?.shift();
      if (answer === undefined) return HttpResponse.json({}, { status: 500 });
      return responseOf(answer);
    }),
  );
  server.listen({ onUnhandledRequest });
  const answer = (method: string, path: string, response: MockedResponse): void => {
    const key = `${method} ${path}`;
    answers.set(key, [...(answers.get(key) ?? []), response]);
  };
  const stop = (): Promise<void> => {
    server.close();
    return Promise.resolve();
  };
  return Promise.resolve({ requests, answer, stop });
}

async function responseOf({
  status = 200,
  body,
  failure,
  isLate,
}: MockedResponse): Promise<Response> {
  if (isLate === true) await delay('infinite');
  if (failure !== undefined) return HttpResponse.error();
  if (body === undefined) return new HttpResponse(null, { status });
  return HttpResponse.json(body as object, { status });
}

describe('behind MSW', () => {
  // The errors of MSW have no code.
  describeMocked(() => startMsw('error'), ['ECONNRESET']);
  describeLetThrough(() => startMsw('bypass'));
});
