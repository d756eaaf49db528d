import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';

/** What the recorder answers. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, as it goes out. */
  readonly json: string;
}

interface Identity {
  readonly cert: string;
  readonly key: string;
}

type Answering = (method: string, path: string) => RecordedAnswer | undefined;

const HEAD_END = '\r\n\r\n';
const TOKEN: RecordedAnswer = {
  status: 200,
  json: '{"access_token":"recorded-token-1","token_type":"Bearer","expires_in":3600,"scope":"read write"}',
};
const REVOKED: RecordedAnswer = { status: 200, json: '' };
const FINE: RecordedAnswer = { status: 200, json: '{"ok":true}' };

/** The API over bare TCP, which keeps the bytes of each request exactly as they came. */
export class RawRecorder {
  /** One text a request, byte for byte (Latin-1), in the order they came. */
  readonly requests: string[] = [];
  readonly #sockets = new Set<net.Socket>();
  readonly #server: net.Server;
  readonly #scheme: string;

  private constructor(
    private readonly answering: Answering,
    identity: Identity | undefined,
  ) {
    const receive = (socket: net.Socket): void => {
      this.#receive(socket);
    };
    this.#scheme = identity === undefined ? 'http' : 'https';
    this.#server =
      identity === undefined ? net.createServer(receive) : tls.createServer(identity, receive);
    // Clients go away where they do not trust it.
    this.#server.on('tlsClientError', () => undefined);
  }

  /**
   * Starts a recorder on a free port of 127.0.0.1. Whoever starts one stops it.
   *
   * @param answering `undefined` where it has no answer of its own: a token, or `{ ok: true }`
   * @param identity for TLS
   */
  static async start(
    answering: Answering = () => undefined,
    identity?: Identity,
  ): Promise<RawRecorder> {
    const recorder = new RawRecorder(answering, identity);
    await new Promise<void>((resolve) => recorder.#server.listen(0, '127.0.0.1', resolve));
    return recorder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** Returns what came so far, and forgets it. */
  take(): string[] {
    return this.requests.splice(0);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(socket: net.Socket): void {
    this.#sockets.add(socket);
    let pending = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      pending += chunk;
      for (let end = endOfRequest(pending); end !== undefined; end = endOfRequest(pending)) {
        const request = pending.slice(0, end);
        pending = pending.slice(end);
        this.requests.push(request);
        socket.write(this.#answerTo(request));
      }
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  #answerTo(request: string): string {
    const [method = '', target = ''] = request.split(' ', 2);
    const path = target.replace(/^https?:\/\/[^/]*/, '');
    return written(this.answering(method, path) ?? usualAnswer(path));
  }
}

function usualAnswer(path: string): RecordedAnswer {
  if (path.endsWith('/o/token/')) return TOKEN;
  return path.endsWith('/o/revoke_token/') ? REVOKED : FINE;
}

function written({ status, headers, json }: RecordedAnswer): string {
  const all = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(json)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} Status`, ...lines, '', json].join('\r\n');
}

/** Returns where the first request of `text` ends; `undefined` where it is not all there. */
function endOfRequest(text: string): number | undefined {
  const head = text.indexOf(HEAD_END);
  if (head === -1) return undefined;
  const start = head + HEAD_END.length;
  if (/^transfer-encoding: chunked\r$/im.test(text.slice(0, start))) {
    const last = text.indexOf(`0${HEAD_END}`, start);
    return last === -1 ? undefined : last + 1 + HEAD_END.length;
  }
  const length = Number(/^content-length: (\d+)\r$/im.exec(text.slice(0, start))?.[1] ?? 0);
  return text.length >= start + length ? start + length : undefined;
}
