import { CryptofuseService, CryptofuseTokenService } from 'nestjs-cryptofuse';
import { cleanCpuOf, interleaved } from '../measure.mjs';
import { openCryptofuse } from '../open-cryptofuse.mjs';

const IN_HAND = 'a token in hand';

/** CPU time a call, in µs, of `calls` calls made at once by a client that has just started. */
export async function measure({ url, rounds, calls, transport }) {
  const subject = (label, isCold) => ({
    label,
    sample: async () => (await cpuOfFirstCalls(url, transport, calls, isCold)) / calls,
  });
  return interleaved(
    [subject(IN_HAND, false), subject(`${IN_HAND}, again`, false), subject('no token yet', true)],
    rounds,
  );
}

async function cpuOfFirstCalls(url, transport, calls, isCold) {
  // Each sample is a client of its own, and all of them share the origin's budget.
  const context = await openCryptofuse(url, transport, { token: { budget: 1_000_000 } });
  const api = context.get(CryptofuseService);
  if (!isCold) await context.get(CryptofuseTokenService).getToken();
  const cpu = await cleanCpuOf(() =>
    Promise.all(Array.from({ length: calls }, () => api.get('/user/me/'))),
  );
  await context.close();
  return cpu;
}
