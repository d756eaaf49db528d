import net, { type AddressInfo } from 'node:net';

/** A server that nothing of ours may reach: it answers nobody, and counts what comes. */
export class Sink {
  connections = 0;
  bytes = 0;
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => {
    this.#receive(socket);
  });

  /** Starts a sink on a free port of `host`. Whoever starts one stops it. */
  static async start(host = '127.0.0.1'): Promise<Sink> {
    const sink = new Sink();
    await new Promise<void>((resolve, reject) => {
      sink.#server.once('error', reject);
      sink.#server.listen(0, host, resolve);
    });
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What came so far: nothing, where all is well. */
  get received(): { readonly connections: number; readonly bytes: number } {
    return { connections: this.connections, bytes: this.bytes };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(socket: net.Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      socket.destroy();
    });
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }
}
