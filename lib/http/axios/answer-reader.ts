import type { AxiosResponseTransformer, InternalAxiosRequestConfig } from 'axios';
import { readJson, UnreadableBody } from '../../transport/json-body.js';
import type { ResponseType } from '../cryptofuse-request.js';
import { exceptionOfUnreadable } from '../exception-of-answer.js';
import { isSuccess } from '../is-success.js';
import { refusedCall } from '../refused-call.js';
import { transformersOf } from './transformers-of.js';

const RESPONSE_TYPES: ReadonlyMap<string, ResponseType> = new Map([
  ['json', 'json'],
  ['text', 'text'],
  ['arraybuffer', 'bytes'],
  ['stream', 'stream'],
]);

/**
 * Reads answers as axios' own first transformer does. The pipeline has read most of them: the text is
 * asked for only where a call's transformers, or statuses that it accepts, need it.
 */
export class AnswerReader {
  /** What a call of the instance has as its first transformer, unless it states others. */
  readonly transform: AxiosResponseTransformer;

  constructor(clientId: string) {
    const transform: AxiosResponseTransformer = function (data: unknown, headers, status = 0) {
      if (typeof data !== 'string' || !isParsed(this) || !needsText(this, transform)) return data;
      const read = readJson(Buffer.from(data), headers.toJSON());
      if (!(read instanceof UnreadableBody)) return read;
      if (isSuccess(status)) throw exceptionOfUnreadable(read, status, clientId);
      return read.text;
    };
    this.transform = transform;
  }

  /**
   * Returns how the pipeline is to read the answer of `call`.
   *
   * @throws {CryptofuseConfigException} where it asks for what there is not in Node
   */
  responseTypeOf(call: InternalAxiosRequestConfig): ResponseType {
    const type = RESPONSE_TYPES.get(call.responseType ?? 'json');
    if (type === undefined) {
      const types = [...RESPONSE_TYPES.keys()].join(', ');
      throw refusedCall({ property: 'responseType', message: `must be one of ${types}` });
    }
    return type === 'json' && needsText(call, this.transform) ? 'text' : type;
  }
}

/** Returns whether axios would parse the answer of `call`. */
function isParsed({ responseType, transitional }: InternalAxiosRequestConfig): boolean {
  if (responseType !== undefined) return responseType === 'json';
  return transitional?.forcedJSONParsing !== false;
}

function needsText(call: InternalAxiosRequestConfig, transform: AxiosResponseTransformer): boolean {
  const [first] = transformersOf(call.transformResponse);
  return first !== transform || call.validateStatus !== isSuccess || !isParsed(call);
}
