import { ChildOfTest } from '../chaos/child-process.js';
import type { HostileEndpoint, SeenEndpoints } from './token-answers-process.js';
import type { TokenRow } from './raw-answers-token.js';
import { RawServer } from '../support/raw-answers.js';

const PROCESS = '../hostile/token-answers-process.ts';
/** Milliseconds for a token request with its retries. */
const PATIENCE = 4_000;

/** Requests a token from the endpoint of each row, each with its own client, in one separate process. */
export async function observeEndpoints(rows: readonly TokenRow[]): Promise<SeenEndpoints> {
  const servers = await Promise.all(
    rows.map(({ answer }) => RawServer.start(new Map([['/o/token/', answer]]))),
  );
  const child = new ChildOfTest(PROCESS);
  try {
    const endpoints: HostileEndpoint[] = rows.map(({ name, timeout = PATIENCE }, index) => ({
      name,
      baseUrl: servers[index]?.url ?? '',
      timeout,
    }));
    return (await child.ask(endpoints)) as SeenEndpoints;
  } finally {
    await child.stop();
    await Promise.all(servers.map((server) => server.stop()));
  }
}
