import { ChildOfTest } from '../chaos/child-process.js';
import type { HostileCalls, Seen } from './answers-process.js';
import { endingsOf, type AnswerRow, type Face } from './raw-answers-row.js';
import { RawServer } from '../support/raw-answers.js';

const PROCESS = '../hostile/answers-process.ts';
const PATIENCE = 4_000;

/** Makes the calls of each row with one client in a separate process, and returns the results by row name. */
export async function observe(
  rows: readonly AnswerRow[],
): Promise<Readonly<Record<string, Seen | undefined>>> {
  const paths = new Map(rows.map((row, index) => [row, `/row/${index}/`]));
  const answers = new Map(rows.map((row) => [paths.get(row) ?? '', row.answer]));
  const server = await RawServer.start(answers);
  const child = new ChildOfTest(PROCESS);
  try {
    const calls: HostileCalls = {
      baseUrl: server.url,
      calls: rows.map((row) => ({
        name: row.name,
        path: paths.get(row) ?? '',
        method: row.method ?? 'GET',
        timeout: row.timeout ?? PATIENCE,
        faces: Object.keys(endingsOf(row)) as Face[],
      })),
    };
    return (await child.ask(calls)) as Readonly<Record<string, Seen>>;
  } finally {
    await child.stop();
    await server.stop();
  }
}
