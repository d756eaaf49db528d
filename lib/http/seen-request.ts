import { JsonBody } from './body-json.js';
import type { CryptofuseRequest } from './cryptofuse-request.js';

/** Where a request that interceptors see has the JSON of its body, which is written again once they replace it. */
const JSON_OF_BODY = Symbol('the JSON of the body');

interface SeenRequest extends CryptofuseRequest {
  readonly [JSON_OF_BODY]?: JsonBody;
}

/** Returns `request` as interceptors see it: with the body that was stated, not with its JSON. */
export function asSeen(request: CryptofuseRequest): CryptofuseRequest {
  const { body } = request;
  if (!(body instanceof JsonBody)) return request;
  const seen: SeenRequest = { ...request, body: body.value, [JSON_OF_BODY]: body };
  return seen;
}

/** Returns the JSON of the body of `request`, where no interceptor has replaced that since. */
export function writtenJsonOf(request: SeenRequest): JsonBody | undefined {
  const json = request[JSON_OF_BODY];
  return json !== undefined && json.value === request.body ? json : undefined;
}

/** Returns `request`, as interceptors have passed it on, as it is sent. */
export function asSent(request: CryptofuseRequest): CryptofuseRequest {
  const json = writtenJsonOf(request);
  return json === undefined ? request : { ...request, body: json };
}
