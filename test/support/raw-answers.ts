import net, { type AddressInfo } from 'node:net';

/** What a server sends where a request was: bytes as they are (text in Latin-1), or whatever a writer does. */
export type RawAnswer = string | Buffer | ((socket: net.Socket) => void);

/** Where a server is told to answer as it should from now on. */
export const HEALING_PATH = '/heal/';

const HEAD_END = '\r\n\r\n';
const FINE = framed('{"fine":true}');
const TOKEN = framed(
  '{"access_token":"raw-token","token_type":"Bearer","expires_in":3600,"scope":"read write"}',
);

function framed(json: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${json.length}${HEAD_END}${json}`;
}

/** The API over bare TCP, which answers with anything at all: no HTTP server is in the way. */
export class RawServer {
  readonly #sockets = new Set<net.Socket>();
  #isHealed = false;
  readonly #server = net.createServer((socket) => {
    this.#receive(socket);
  });

  private constructor(private readonly answers: ReadonlyMap<string, RawAnswer>) {}

  /**
   * Starts a server on a free port of 127.0.0.1. Whoever starts one stops it.
   *
   * @param answers by path; any other path has the answer that it should have
   */
  static async start(answers: ReadonlyMap<string, RawAnswer>): Promise<RawServer> {
    const server = new RawServer(answers);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Writes `bytes` to every open connection, asked or not. */
  async push(bytes: string): Promise<void> {
    const written = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.write(bytes, 'latin1', resolve)),
    );
    await Promise.all(written);
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
        const [, path = ''] = pending.split(' ', 2);
        pending = pending.slice(end);
        this.#answer(socket, path);
      }
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  #answer(socket: net.Socket, path: string): void {
    if (path === HEALING_PATH) this.#isHealed = true;
    const answer = this.#isHealed
      ? usualAnswer(path)
      : (this.answers.get(path) ?? usualAnswer(path));
    if (typeof answer === 'function') answer(socket);
    else socket.write(answer, 'latin1');
  }
}

function usualAnswer(path: string): string {
  return path === '/o/token/' ? TOKEN : FINE;
}

/** Returns where the first request of `text` ends; `undefined` where it is not all there. */
function endOfRequest(text: string): number | undefined {
  const head = text.indexOf(HEAD_END);
  if (head === -1) return undefined;
  const start = head + HEAD_END.length;
  const length = Number(/^content-length: (\d+)\r$/im.exec(text.slice(0, start))?.[1] ?? 0);
  return text.length >= start + length ? start + length : undefined;
}
