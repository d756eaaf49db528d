import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientOutcome, ClientRun } from './client-process.js';

/**
 * Clients in a separate process, which has the `Object.prototype` and the environment that Node itself uses:
 * those of a test differ.
 */
export class ForkedClient {
  readonly #process: ChildProcess;

  /** @param environment the variables that the process is started with */
  constructor(environment: Readonly<Record<string, string>> = {}) {
    const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
    const execArgv = ['--import', pathOf('../chaos/typescript.mjs')];
    const env = { ...process.env, ...environment };
    this.#process = fork(pathOf('client-process.ts'), { execArgv, env, silent: true });
  }

  async run(run: ClientRun): Promise<ClientOutcome> {
    const settled = new AbortController();
    const { signal } = settled;
    const ended = once(this.#process, 'exit', { signal }).then(() => {
      throw new Error('The process ended before it answered.');
    });
    const answered = once(this.#process, 'message', { signal }) as Promise<[ClientOutcome]>;
    try {
      this.#process.send(run);
      const [outcome] = await Promise.race([answered, ended]);
      return outcome;
    } finally {
      for (const waiting of [ended, answered]) waiting.catch(() => undefined);
      settled.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}
