import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A thread that listens and then stands still: what connects to it waits in the kernel. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(workerData, 0, 0));
});`;

/** More than the kernel keeps of a backlog of one. */
const FILLERS = 8;

/** An address where no connection is ever established, since the queue of those who wait is full. */
export class FullBacklog {
  readonly #fillers: readonly Socket[];

  private constructor(
    readonly port: number,
    private readonly thread: Worker,
  ) {
    this.#fillers = Array.from({ length: FILLERS }, () =>
      net.connect(port, '127.0.0.1').on('error', () => undefined),
    );
  }

  /** Starts one. Whoever starts one stops it. */
  static async start(): Promise<FullBacklog> {
    const workerData = new Int32Array(new SharedArrayBuffer(4));
    const thread = new Worker(THREAD, { eval: true, workerData });
    const [port] = (await once(thread, 'message')) as [number];
    const full = new FullBacklog(port, thread);
    await Promise.race(full.#fillers.map((filler) => once(filler, 'connect')));
    return full;
  }

  async stop(): Promise<void> {
    for (const filler of this.#fillers) filler.destroy();
    await this.thread.terminate();
  }
}
