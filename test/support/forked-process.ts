import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a process tells. */
export interface Told {
  readonly kind: string;
}

/** A TypeScript file as a process of its own, which ends with its parent. */
export class ForkedProcess {
  readonly #process: ChildProcess;

  /** @param flags of Node */
  constructor(file: URL, flags: readonly string[] = []) {
    const hooks = fileURLToPath(new URL('../chaos/typescript.mjs', import.meta.url));
    this.#process = fork(fileURLToPath(file), { execArgv: [...flags, '--import', hooks] });
  }

  send(message: Told): void {
    this.#process.send(message);
  }

  /** Returns the next message of this kind. */
  async next(kind: string): Promise<Told> {
    return new Promise((resolve, reject) => {
      const hear = (message: unknown): void => {
        const told = message as Told;
        if (told.kind !== kind) return;
        this.#process.off('message', hear).off('exit', fail);
        resolve(told);
      };
      const fail = (): void => {
        reject(new Error(`The process ended before it told of ${kind}.`));
      };
      this.#process.on('message', hear).once('exit', fail);
    });
  }

  /** Stops the process where it is, until {@link thaw}. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.thaw();
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}
