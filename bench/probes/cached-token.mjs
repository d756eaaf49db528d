import { CryptofuseTokenService } from 'nestjs-cryptofuse';
import { cleanCpuOf, interleaved } from '../measure.mjs';
import { openCryptofuse } from '../open-cryptofuse.mjs';

const CONSTANT = 'an async function that returns a constant';

/** CPU time of one awaited call, in ns. */
export async function measure({ url, rounds, calls }) {
  const context = await openCryptofuse(url, 'axios');
  const tokens = context.get(CryptofuseTokenService);
  const token = await tokens.getToken();
  const constant = { getToken: async () => token };
  const subject = (label, source) => ({
    label,
    sample: async () => ((await cleanCpuOf(() => ask(source, calls))) * 1_000) / calls,
  });
  const samples = await interleaved(
    [
      subject(CONSTANT, constant),
      subject(`${CONSTANT}, again`, constant),
      subject('getToken(), cached', tokens),
    ],
    rounds,
  );
  await context.close();
  return samples;
}

async function ask(source, calls) {
  for (let call = 0; call < calls; call += 1) await source.getToken();
}
