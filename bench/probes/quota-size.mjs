import { CryptofuseService } from 'nestjs-cryptofuse';
import { callMany, cleanCpuOf, interleaved } from '../measure.mjs';
import { openCryptofuse } from '../open-cryptofuse.mjs';

const SMALLEST = 1;
const LARGEST = 10_000;

/** CPU time a call, in µs, of calls one after the other that keep to a quota of one call, and of many. */
export async function measure({ url, rounds, calls }) {
  const subjects = await Promise.all(
    [
      ['a quota of 1', SMALLEST],
      ['a quota of 1, again', SMALLEST],
      ['a quota of 10 000', LARGEST],
    ].map(([label, size]) => subjectOf(label, url, size, calls)),
  );
  const samples = await interleaved(subjects, rounds);
  await Promise.all(subjects.map(({ context }) => context.close()));
  return samples;
}

async function subjectOf(label, url, size, calls) {
  const context = await openCryptofuse(url, 'undici', { quota: { policy: 'wait' } });
  const api = context.get(CryptofuseService);
  const call = () => api.get(`/user/me/?quota=${size}`);
  return {
    label,
    context,
    sample: async () => (await cleanCpuOf(() => callMany(call, calls, 1))) / calls,
  };
}
