import { STATUS_CODES } from 'node:http';
import {
  AxiosHeaders,
  type AxiosResponse,
  type AxiosResponseTransformer,
  type InternalAxiosRequestConfig,
} from 'axios';
import { callRefused } from '../exceptions/cryptofuse-config.exception.js';
import { exceptionForUnreadable } from '../pipeline/error.interceptor.js';
import type { CryptofuseResponse, ResponseType } from '../contracts/interceptor.js';
import { isSuccess } from '../request/call.js';
import { readJson, UnreadableBody } from '../transport/response-content.js';

const RESPONSE_TYPES: ReadonlyMap<string, ResponseType> = new Map([
  ['json', 'json'],
  ['text', 'text'],
  ['arraybuffer', 'bytes'],
  ['stream', 'stream'],
]);

/**
 * Reads responses as axios' default transformer does. The pipeline parses most of them: text is requested only if a
 * call's transformers or accepted statuses need it.
 */
export class ResponseReader {
  /** The first response transformer of every call that sets no others. */
  readonly transform: AxiosResponseTransformer;

  constructor(clientId: string) {
    const transform: AxiosResponseTransformer = function (data: unknown, headers, status = 0) {
      if (typeof data !== 'string' || !isParsed(this) || !needsText(this, transform)) return data;
      const read = readJson(Buffer.from(data), headers.toJSON());
      if (!(read instanceof UnreadableBody)) return read;
      if (isSuccess(status)) throw exceptionForUnreadable(read, status, clientId);
      return read.text;
    };
    this.transform = transform;
  }

  /**
   * Returns the type in which the pipeline reads the response of `call`.
   *
   * @throws {CryptofuseConfigException} if it asks for a type that Node does not have
   */
  responseTypeOf(call: InternalAxiosRequestConfig): ResponseType {
    const type = RESPONSE_TYPES.get(call.responseType ?? 'json');
    if (type === undefined) {
      const types = [...RESPONSE_TYPES.keys()].join(', ');
      throw callRefused({ property: 'responseType', message: `must be one of ${types}` });
    }
    return type === 'json' && needsText(call, this.transform) ? 'text' : type;
  }
}

/** Returns whether axios would parse the response of `call`. */
function isParsed({ responseType, transitional }: InternalAxiosRequestConfig): boolean {
  if (responseType !== undefined) return responseType === 'json';
  return transitional?.forcedJSONParsing !== false;
}

function needsText(call: InternalAxiosRequestConfig, transform: AxiosResponseTransformer): boolean {
  const [first] = transformersOf(call.transformResponse);
  return first !== transform || call.validateStatus !== isSuccess || !isParsed(call);
}

/** Converts a response of the pipeline to an axios response for `config`. */
export function axiosResponse(
  { status, headers, body }: CryptofuseResponse,
  config: InternalAxiosRequestConfig,
): AxiosResponse<unknown> {
  const statusText = STATUS_CODES[status] ?? '';
  // Like axios: JSON.parse would not accept a byte order mark.
  const data = typeof body === 'string' ? body.replace(/^\ufeff/, '') : body;
  return { data, status, statusText, headers: axiosHeaders(headers), config };
}

/** Copies headers without axios' search for an existing name: the names are in lower case already. */
function axiosHeaders(headers: CryptofuseResponse['headers']): AxiosHeaders {
  const result = new AxiosHeaders();
  // Several times as fast as Object.assign if they have no prototype.
  for (const name of Object.keys(headers)) result[name] = headers[name];
  return result;
}

/** Returns `stated` as a list: axios takes one transformer, several or none. */
export function transformersOf<T>(stated: T | readonly T[] | null | undefined): readonly T[] {
  return [stated ?? []].flat() as readonly T[];
}
