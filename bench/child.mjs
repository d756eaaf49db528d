import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that answers each message with one message, and ends when it is let go. */
export class Child {
  #process;

  constructor(file, args = [], env = {}) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    // Warnings of old libraries are no result.
    const execArgv = ['--expose-gc', '--no-deprecation'];
    this.#process = fork(path, args, { execArgv, env: { ...process.env, ...env } });
  }

  /** Returns the next message; rejects where the process ends instead. */
  async next() {
    const over = new globalThis.AbortController();
    const { signal } = over;
    const ended = once(this.#process, 'exit', { signal }).then(([code]) => {
      throw new Error(`${this.#process.spawnargs.slice(3).join(' ')} ended with ${code}`);
    });
    try {
      const [message] = await Promise.race([once(this.#process, 'message', { signal }), ended]);
      return message;
    } finally {
      ended.catch(() => undefined);
      over.abort();
    }
  }

  ask(question) {
    const answer = this.next();
    this.#process.send(question);
    return answer;
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    await ended;
  }
}
