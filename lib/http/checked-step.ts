import type { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { CryptofuseServerException } from '../exceptions/cryptofuse-server.exception.js';
import { callBody } from './call-body.js';
import { callHeaders } from './call-headers.js';
import { callMethod } from './call-method.js';
import { callRetry } from './call-retry.js';
import { callSignal } from './call-signal.js';
import { callTimeout } from './call-timeout.js';
import type { CryptofuseInterceptor, CryptofuseNext } from './cryptofuse-interceptor.js';
import type { CryptofuseRequest } from './cryptofuse-request.js';
import type { CryptofuseResponse } from './cryptofuse-response.js';
import { GivenStreams } from './given-streams.js';
import { refusedCall } from './refused-call.js';
import { asSeen, writtenJsonOf } from './seen-request.js';

const RESPONSE_TYPES = new Set<unknown>(['json', 'text', 'bytes', 'stream']);
const INCOMPLETE =
  'must pass on the request they were given, changed where need be: next({ ...request, headers })';

/**
 * Returns the step that `own`, an interceptor of the application, is before `next`. What it passes on is
 * checked as a call is, what it returns must be an answer.
 */
export function checkedStep(
  own: CryptofuseInterceptor,
  next: CryptofuseNext,
  { clientId, retry }: CryptofuseConfig,
): CryptofuseNext {
  const pass: CryptofuseNext = async (request) => next(checkedRequest(request, retry));
  const checkedNext: CryptofuseNext = (request) => {
    const answer = pass(request);
    // A rejection that an interceptor forgets would end the process.
    answer.catch(() => undefined);
    return answer;
  };
  const passed = async (
    request: CryptofuseRequest,
    given: CryptofuseNext,
  ): Promise<CryptofuseResponse> => {
    const response: unknown = await own.intercept(request, given);
    if (isResponse(response)) return response;
    throw noAnswerOf(own, clientId);
  };
  return (request) =>
    request.responseType === 'stream'
      ? streamed(request, checkedNext, passed)
      : passed(request, checkedNext);
}

/** Passes a call for a stream through `step`, and ends what streams it leaves behind. */
async function streamed(
  request: CryptofuseRequest,
  next: CryptofuseNext,
  step: CryptofuseInterceptor['intercept'],
): Promise<CryptofuseResponse> {
  const streams = new GivenStreams();
  let body: unknown;
  try {
    const response = await step(request, streams.through(next));
    body = response.body;
    return response;
  } finally {
    streams.settle(body);
  }
}

function checkedRequest(request: unknown, retry: CryptofuseRequest['retry']): CryptofuseRequest {
  if (!isComplete(request)) throw refusedCall({ property: 'interceptors', message: INCOMPLETE });
  return asSeen({
    ...request,
    method: callMethod(request.method),
    ...callBody(request.body, callHeaders(request.headers), writtenJsonOf(request)),
    signal: callSignal(request.signal),
    timeout: callTimeout(request.timeout, request.timeout),
    retry: callRetry(request.retry, retry),
  });
}

function isComplete(request: unknown): request is CryptofuseRequest {
  if (typeof request !== 'object' || request === null) return false;
  const { url, accepts, timeout, responseType } = request as Partial<CryptofuseRequest>;
  if (typeof url !== 'string' || !RESPONSE_TYPES.has(responseType)) return false;
  return typeof timeout === 'number' && typeof accepts === 'function';
}

function isResponse(value: unknown): value is CryptofuseResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers }: { status?: unknown; headers?: unknown } = value;
  return typeof status === 'number' && typeof headers === 'object' && headers !== null;
}

/** It may have been sent all the same: `next` was the interceptor's to call. */
function noAnswerOf(own: CryptofuseInterceptor, clientId: string): Error {
  const { name } = own.constructor;
  return new CryptofuseServerException({
    code: 'invalid_interceptor',
    message: `The interceptor ${name} returned no answer.`,
    clientId,
    hint: 'Return what next(request) resolves to, or { status, headers, body }.',
    outcome: 'unknown',
  });
}
