import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A file of this folder run as a process, which replies once when asked and ends with its parent. */
export class ChildOfTest {
  readonly #process: ChildProcess;

  constructor(file: string) {
    const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
    const execArgv = ['--expose-gc', '--import', pathOf('typescript.mjs')];
    this.#process = fork(pathOf(file), { execArgv });
  }

  /** Sends `message`, if any, and returns the reply. */
  async ask(message?: object): Promise<unknown> {
    const ended = once(this.#process, 'exit').then(() => {
      throw new Error('The process ended before it answered.');
    });
    const answered = once(this.#process, 'message') as Promise<[unknown]>;
    if (message !== undefined) this.#process.send(message);
    const [response] = await Promise.race([answered, ended]);
    return response;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}
