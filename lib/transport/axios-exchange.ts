import type http from 'node:http';
import type https from 'node:https';
import { isConnecting } from './connecting-sockets.js';
import { memberOf } from './member-of.js';
import type { NodeLine } from './node-line.js';
import { ownRequest } from './own-request.js';
import type { RequestProgress, RequestStage } from './transport.js';

/** One request of axios over a line; for the option `transport` of axios. */
export class AxiosExchange implements RequestProgress {
  #sent: http.ClientRequest | undefined = undefined;

  constructor(private readonly line: NodeLine) {}

  request(
    options: https.RequestOptions,
    answered: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest {
    this.#sent = ownRequest(this.line.address(options), answered);
    return this.#sent;
  }

  /** A mock's request has no socket of ours, or none: nothing is known of it. */
  get stage(): RequestStage {
    if (isObject(memberOf(this.#sent, 'res'))) return 'sent';
    const socket: unknown = memberOf(this.#sent, 'socket');
    if (isObject(socket)) return isConnecting(socket) ? 'connecting' : 'sent';
    return memberOf(this.#sent, 'agent') === this.line.agent ? 'queued' : 'sent';
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
