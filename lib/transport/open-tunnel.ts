import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { inBackground } from '../clock/clock.js';
import { withSocketOptions } from './node-http.js';
import type { ProxyAddress } from './proxy-address.js';
import { TransportFailure } from '../contracts/transport.js';
import { failureFromNodeError, memberOf } from './transport-failure.js';

/** Bytes of a proxy's responses that are read at most. */
const LARGEST_HEAD = 16_384;
const END_OF_HEAD = '\r\n\r\n';
const STATUS = /^HTTP\/1\.[01] (\d{3})(?: |\r)/;

/** What a tunnel is opened through, and to where. */
export interface TunnelRequest {
  readonly proxy: ProxyAddress;
  /** Host and port of the server. */
  readonly authority: string;
  /** Whether an https proxy's certificate is verified. */
  readonly rejectUnauthorized: boolean;
}

/** Called once: with the failure, or with the socket that leads to the server. */
export type Opened = (...result: [TransportFailure, null] | [null, Socket]) => void;

/**
 * Has a proxy open a tunnel (RFC 9110 §9.3.6). A proxy that refuses is a failure: what it says is no response of the server.
 *
 * @returns the socket, so that it can be destroyed before the tunnel is open
 */
export function openTunnel(request: TunnelRequest, opened: Opened): Socket {
  // It outlives the call that it is opened for.
  const socket = inBackground(() => connectTo(request));
  const fail = (failure: TransportFailure): void => {
    stop();
    socket.on('error', () => undefined).destroy();
    opened(failure, null);
  };
  let head = Buffer.alloc(0);
  const read = (): void => {
    for (let chunk = next(socket); chunk !== null; chunk = next(socket)) {
      head = Buffer.concat([head, chunk]);
      const result = resultOf(head);
      if (result === undefined) continue;
      if (result instanceof TransportFailure) {
        fail(result);
        return;
      }
      stop();
      if (result.length > 0) socket.unshift(result);
      opened(null, socket);
      return;
    }
  };
  const onError = (error: unknown): void => {
    fail(error instanceof TransportFailure ? error : failureOf(error));
  };
  const onEnd = (): void => {
    fail(brokenOff());
  };
  const stop = (): void => {
    socket.off('readable', read).off('error', onError).off('end', onEnd).off('close', onEnd);
  };
  socket.on('readable', read).on('error', onError).on('end', onEnd).on('close', onEnd);
  socket.write(connectHead(request));
  return socket;
}

function failureOf(error: unknown): TransportFailure {
  return failureFromNodeError(String(memberOf(error, 'code')), 'connecting').withPeer('proxy');
}

function connectTo({ proxy, rejectUnauthorized }: TunnelRequest): Socket {
  const { host, port, isSecure } = proxy;
  const options = { host, port, keepAlive: true, noDelay: true };
  if (!isSecure) return net.connect(withSocketOptions(options));
  const servername = net.isIP(host) === 0 ? host : '';
  const ALPNProtocols = ['http/1.1'];
  return tls.connect(
    withSocketOptions({ ...options, servername, ALPNProtocols, rejectUnauthorized }),
  );
}

function connectHead({ proxy, authority }: TunnelRequest): string {
  const headers = Object.entries({ host: authority, ...proxy.authorization });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `CONNECT ${authority} HTTP/1.1\r\n${lines}\r\n`;
}

function next(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}

/**
 * Returns what stands behind the head that opens the tunnel; `undefined` while that is not complete. Interim responses
 * before it are none (RFC 9110 §15.2), and count as parts of the head.
 */
function resultOf(received: Buffer): Buffer | TransportFailure | undefined {
  let begin = 0;
  while (begin <= LARGEST_HEAD) {
    const end = received.indexOf(END_OF_HEAD, begin);
    if (end === -1) break;
    const status = Number(STATUS.exec(received.toString('latin1', begin, end + 2))?.[1]);
    begin = end + END_OF_HEAD.length;
    if (Number.isNaN(status)) return notHttp();
    if (status >= 200) return status < 300 ? received.subarray(begin) : refused(status);
  }
  return received.length > LARGEST_HEAD ? notHttp() : undefined;
}

function refused(status: number): TransportFailure {
  const message = `The proxy refused the connection (${status}).`;
  return new TransportFailure('connection_failed', 'not-sent', message, 'proxy');
}

function notHttp(): TransportFailure {
  const message = 'The proxy did not speak HTTP.';
  return new TransportFailure('connection_failed', 'not-sent', message, 'proxy');
}

function brokenOff(): TransportFailure {
  const message = 'The proxy closed the connection.';
  return new TransportFailure('connection_reset', 'not-sent', message, 'proxy');
}
