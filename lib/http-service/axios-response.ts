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
 * Reads responses as axios' own first transformer does. The pipeline has read most of them: the text is
 * asked for only if a call's transformers, or statuses that it accepts, need it.
 */
export class ResponseReader {
  /** What a call of the instance has as its first transformer, unless it states others. */
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
   * Returns how the pipeline is to read the response of `call`.
   *
   * @throws {CryptofuseConfigException} if it asks for what there is not in Node
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

/** Returns a response of the pipeline to `config` as axios tells of one. */
export function axiosResponse(
  { status, headers, body }: CryptofuseResponse,
  config: InternalAxiosRequestConfig,
): AxiosResponse<unknown> {
  const statusText = STATUS_CODES[status] ?? '';
  // As axios does: JSON.parse would not take a byte order mark.
  const data = typeof body === 'string' ? body.replace(/^\ufeff/, '') : body;
  return { data, status, statusText, headers: axiosHeaders(headers), config };
}

/** Their names are in lower case already, which spares the search for each that axios makes. */
function axiosHeaders(headers: CryptofuseResponse['headers']): AxiosHeaders {
  const made = new AxiosHeaders();
  // Several times as fast as Object.assign if they have no prototype.
  for (const name of Object.keys(headers)) made[name] = headers[name];
  return made;
}

/** Returns `stated` as a list: axios takes one transformer, several or none. */
export function transformersOf<T>(stated: T | readonly T[] | null | undefined): readonly T[] {
  return [stated ?? []].flat() as readonly T[];
}
