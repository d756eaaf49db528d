import { createServer } from 'node:net';

const DEFAULT_PORT = 3000;

/** The port to listen at, and what there is to say about it. */
export interface PortChoice {
  /** 0 lets the system choose a free one. */
  readonly port: number;
  readonly remark: string | undefined;
}

/**
 * Returns the port `stated`, else 3000, else, where that is taken, a free one.
 *
 * @throws {Error} where `stated` is no port, or is taken: whoever states one wants no other
 */
export async function choosePort(host: string, stated: string | undefined): Promise<PortChoice> {
  if (stated === undefined || stated === '') {
    if (await isFree(host, DEFAULT_PORT)) return { port: DEFAULT_PORT, remark: undefined };
    return {
      port: 0,
      remark: `      Port ${DEFAULT_PORT} is taken, so this is a free one. PORT chooses another.`,
    };
  }
  const port = Number(stated);
  if (!/^\d{1,5}$/.test(stated) || port > 65_535) {
    throw new Error(`PORT must be a number from 0 to 65535, and it is "${stated}".`);
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
