import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StagedServer } from '../support/staged-server.js';
import { until } from '../support/until.js';
import type { ToldByProcess } from './ending-process.js';

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

describe.each(['axios', 'undici'])('a process with a client, on %s,', (transport) => {
  let server: StagedServer;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    server = await StagedServer.start();
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await server.stop();
  });

  function start(what: 'serve' | 'call'): ChildProcess {
    const execArgv = ['--import', pathOf('../chaos/typescript.mjs')];
    return (child = fork(pathOf('ending-process.ts'), [server.url, transport, what], { execArgv }));
  }

  async function told(process: ChildProcess): Promise<ToldByProcess> {
    const [message] = (await once(process, 'message')) as [ToldByProcess];
    return message;
  }

  it('responds to the request whose payment is under way at SIGTERM, and ends by the signal', async () => {
    const process = start('serve');
    const { port } = (await told(process)) as { readonly port: number };
    const answered = fetch(`http://127.0.0.1:${port}/payments`, { method: 'POST' });
    await until(() => server.arrived.includes('/payments/'));
    const [ending, exited] = [told(process), once(process, 'exit')];
    process.kill('SIGTERM');
    expect(await ending).toBe('ending');
    server.finish();
    const response = await answered;
    expect([response.status, await response.json()]).toEqual([201, { a: 1 }]);
    expect(await exited).toEqual([null, 'SIGTERM']);
    expect(server.arrived.filter((path) => path === '/payments/')).toHaveLength(1);
  });

  it('ends by itself once it is idle, even with a token that is to be renewed', async () => {
    const process = start('call');
    const [done, exited] = [told(process), once(process, 'exit')];
    await until(() => server.arrived.includes('/payments/'));
    server.finish();
    expect(await done).toBe('done');
    expect(await exited).toEqual([0, null]);
  });
});
