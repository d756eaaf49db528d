import { STATUS_CODES } from 'node:http';
import { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import type { CryptofuseResponse } from '../cryptofuse-response.js';

/** Returns an answer of the pipeline to `config` as axios tells of one. */
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
  // Several times as fast as Object.assign where they have no prototype.
  for (const name of Object.keys(headers)) made[name] = headers[name];
  return made;
}
