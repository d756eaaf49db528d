import net, { type AddressInfo } from 'node:net';

/** A request as received, byte for byte, in Latin-1. */
export interface RawRequest {
  readonly target: string;
  readonly head: string;
  readonly body: string;
}

/** The bytes of a response, and what happens to the connection afterwards. */
export interface RawAnswer {
  readonly bytes: Buffer;
  /** `keep` leaves it open, `end` closes it, `reset` resets it. */
  readonly then: 'keep' | 'end' | 'reset';
}

type Answering = (request: RawRequest) => RawAnswer;

const HEAD_END = '\r\n\r\n';
const CHUNK = /^([0-9a-f]+)\r\n/i;

/** A TCP server that reads requests by RFC 9112, and responds with arbitrary bytes. */
export class RawServer {
  readonly #requests: RawRequest[] = [];
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => {
    this.#receive(socket);
  });

  private constructor(private readonly answering: Answering) {}

  /** Starts a server on a free port of 127.0.0.1, which the caller must stop. */
  static async start(answering: Answering): Promise<RawServer> {
    const server = new RawServer(answering);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Returns the requests since the last call. */
  take(): RawRequest[] {
    return this.#requests.splice(0);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(socket: net.Socket): void {
    let pending = '';
    this.#sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('data', (bytes: string) => {
      pending += bytes;
      for (let end = requestEnd(pending); end !== undefined; end = requestEnd(pending)) {
        this.#answer(socket, pending.slice(0, end));
        pending = pending.slice(end);
      }
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  #answer(socket: net.Socket, bytes: string): void {
    const start = bytes.indexOf(HEAD_END);
    const head = bytes.slice(0, start);
    const [, target = ''] = head.split(' ', 2);
    const request = { target, head, body: bytes.slice(start + HEAD_END.length) };
    this.#requests.push(request);
    const answer = this.answering(request);
    if (answer.then === 'keep') socket.write(answer.bytes);
    else if (answer.then === 'end') socket.end(answer.bytes);
    else socket.write(answer.bytes, () => socket.resetAndDestroy());
  }
}

/** Returns the end of the first request in `text`; `undefined` if it is incomplete. */
function requestEnd(text: string): number | undefined {
  const head = text.indexOf(HEAD_END);
  if (head === -1) return undefined;
  const start = head + HEAD_END.length;
  const fields = text.slice(0, start);
  if (/^transfer-encoding: chunked\r$/im.test(fields)) return chunksEnd(text, start);
  const end = start + Number(/^content-length: (\d+)\r$/im.exec(fields)?.[1] ?? 0);
  return text.length >= end ? end : undefined;
}

function chunksEnd(text: string, start: number): number | undefined {
  let at = start;
  for (;;) {
    const [line, digits] = CHUNK.exec(text.slice(at, at + 20)) ?? [];
    if (line === undefined || digits === undefined) return undefined;
    at += line.length + parseInt(digits, 16) + '\r\n'.length;
    if (at > text.length) return undefined;
    if (parseInt(digits, 16) === 0) return at;
  }
}
