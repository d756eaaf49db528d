import net, { type AddressInfo } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** The API over bare TCP: a token to whoever asks for one, and to anything else the bytes that a test states. */
export class SecretRawServer {
  /** Latin-1; empty: the connection is cut. */
  answer = '';
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => {
    this.#receive(socket);
  });

  private constructor(private readonly token: string) {}

  /** Starts a server on a free port of 127.0.0.1 that gives out `token`. Whoever starts one stops it. */
  static async start(token: string): Promise<SecretRawServer> {
    const server = new SecretRawServer(token);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(socket: net.Socket): void {
    this.#sockets.add(socket);
    let head = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      const isBody = head.includes(HEAD_END);
      head += chunk;
      if (!isBody && head.includes(HEAD_END)) socket.end(this.#answerTo(head), 'latin1');
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  #answerTo(head: string): string {
    if (!head.startsWith('POST /o/token/')) return this.answer;
    const grant = { access_token: this.token, token_type: 'Bearer', scope: 'read write' };
    return rawAnswer(200, 'OK', JSON.stringify(grant));
  }
}

/** Returns an answer in bytes (Latin-1) after which the connection ends. */
export function rawAnswer(
  status: number,
  reason: string,
  body: string,
  headers: readonly string[] = ['Content-Type: application/json'],
): string {
  const bytes = Buffer.from(body, 'utf8').toString('latin1');
  const all = [...headers, `Content-Length: ${bytes.length}`, 'Connection: close'];
  return [`HTTP/1.1 ${status} ${reason}`, ...all, '', bytes].join('\r\n');
}
