import { createServer } from 'node:net';

const DEFAULT_PORT = 3000;

/** The port to listen on, and a remark about it for the person at the terminal. */
export interface PortChoice {
  /** 0 lets the system choose a free one. */
  readonly port: number;
  readonly remark: string | undefined;
}

/**
 * Returns the port `requested`, or else 3000, or a free one if that is taken.
 *
 * @throws {Error} if `requested` is not a port, or is taken: a chosen port is not replaced by another one
 */
export async function choosePort(host: string, requested: string | undefined): Promise<PortChoice> {
  if (requested === undefined || requested === '') {
    if (await isFree(host, DEFAULT_PORT)) return { port: DEFAULT_PORT, remark: undefined };
    return {
      port: 0,
      remark: `      Port ${DEFAULT_PORT} is taken, so this is a free one. Set PORT for another.`,
    };
  }
  const port = Number(requested);
  if (!/^\d{1,5}$/.test(requested) || port > 65_535) {
    throw new Error(`PORT must be a number from 0 to 65535, but it is "${requested}".`);
  }
  if (!(await isFree(host, port))) {
    throw new Error(`Port ${port} is taken. Set PORT to another one, or leave it out.`);
  }
  return { port, remark: undefined };
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, host, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
