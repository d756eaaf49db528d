import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { CryptofuseService } from 'nestjs-cryptofuse';
import { CLIENT_ID, clientIdOfLife } from '../credentials.mjs';
import { interleaved } from '../measure.mjs';
import { openCryptofuse } from '../open-cryptofuse.mjs';

const STATIC = 'a token that lasts';

const SHARE = 0.999;
/** Seconds. */
const LIFE = 2;

/** The p99.9 of the latency in ms at `rate` calls a second over `seconds`. */
export async function measure({ url, rounds, rate, seconds }) {
  const token = { budget: 1_000_000 };
  const lasting = await openCryptofuse(url, 'axios', { clientId: CLIENT_ID, token });
  const renewed = await openCryptofuse(url, 'axios', { clientId: clientIdOfLife(LIFE), token });
  const subject = (label, context) => ({
    label,
    async sample() {
      const api = context.get(CryptofuseService);
      await api.get('/user/me/');
      globalThis.gc?.();
      return quantile(await latencies(() => api.get('/user/me/'), rate, seconds), SHARE);
    },
  });
  const samples = await interleaved(
    [
      subject(STATIC, lasting),
      subject(`${STATIC}, again`, lasting),
      subject(`a token that lives for ${LIFE} s`, renewed),
    ],
    rounds,
  );
  await Promise.all([lasting.close(), renewed.close()]);
  return samples;
}

/** Calls are due at even intervals, and a latency counts from then: what holds up the process counts. */
async function latencies(call, rate, seconds) {
  const total = rate * seconds;
  const started = performance.now();
  const timed = async (due) => {
    await call();
    return performance.now() - due;
  };
  const calls = [];
  await new Promise((resolve) => {
    const beat = setInterval(() => {
      for (;;) {
        const due = started + (calls.length * 1_000) / rate;
        if (calls.length === total || due > performance.now()) break;
        calls.push(timed(due));
      }
      if (calls.length < total) return;
      clearInterval(beat);
      resolve();
    }, 1);
  });
  return Promise.all(calls);
}

function quantile(values, share) {
  const sorted = values.sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
