import { describe } from '@jest/globals';
import { MockAgent } from 'undici';
import { undiciTransport } from '../../lib/undici/index.js';
import {
  MOCKED_URL,
  type MockedApi,
  type MockedRequest,
  type MockedResponse,
} from '../support/mocked-api.js';
import { describeMocked } from './mocks.contract.js';

/** Milliseconds; longer than any test. */
const LATE = 600_000;

/** Starts a MockAgent of undici, which only its own clients use. */
function startMockAgent(): Promise<MockedApi> {
  const requests: MockedRequest[] = [];
  const agent = new MockAgent();
  agent.disableNetConnect();
  const answer = (method: string, path: string, response: MockedResponse): void => {
    const { status = 200, body, failure, isLate = false } = response;
    const asked = agent.get(MOCKED_URL).intercept({ method, path });
    if (failure !== undefined) {
      asked.replyWithError(Object.assign(new Error('The mock says so.'), { code: failure }));
      return;
    }
    const reply = asked.reply(
      status,
      ({ headers, body: sent }) => {
        const { authorization } = headers as Record<string, string | undefined>;
        requests.push({ method, path, authorization, body: textOf(sent) });
        return body === undefined ? '' : JSON.stringify(body);
      },
      { headers: { 'content-type': 'application/json' } },
    );
    if (isLate) reply.delay(LATE);
  };
  return Promise.resolve({
    requests,
    transport: undiciTransport({ dispatcher: agent }),
    answer,
    stop: () => agent.close(),
  });
}

function textOf(sent: unknown): string {
  if (sent instanceof Uint8Array) return Buffer.from(sent).toString('utf8');
  return typeof sent === 'string' ? sent : '';
}

describe("behind undici's MockAgent", () => {
  describeMocked(startMockAgent);
});
