import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CryptofuseException } from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { SecretBench, SecretServers, type Face } from '../support/secret-bench.js';
import type { SecretFailure } from '../support/secret-failure.js';
import { API_FAILURES } from '../support/secret-failures-api.js';
import { LOCAL_FAILURES } from '../support/secret-failures-local.js';
import { TOKEN_FAILURES } from '../support/secret-failures-token.js';
import { textsWithin } from '../support/secret-places.js';
import { SecretSearch, type Find } from '../support/secret-search.js';
import { SECRET_SHAPES } from '../support/secret-shapes.js';
import { tellingsOf } from '../support/secret-telling.js';

const FACES: readonly Face[] = ['CryptofuseService', 'CryptofuseHttpService'];
const FAILURES: readonly SecretFailure[] = [...TOKEN_FAILURES, ...API_FAILURES, ...LOCAL_FAILURES];
const CASES = SECRET_SHAPES.flatMap((shape) => FACES.map((face) => ({ shape, face })));

/** The number of texts searched, over all failures. */
let places = 0;
let walks = 0;

describe.each(CASES)('secrets of $shape.name, through $face', ({ shape, face }) => {
  let servers: SecretServers;
  let search: SecretSearch;
  let bench: SecretBench;
  beforeAll(async () => {
    servers = await SecretServers.start(shape);
    search = new SecretSearch(servers.secrets);
  });
  afterEach(async () => {
    await bench.stop();
    Logger.overrideLogger(false);
  });
  afterAll(() => servers.stop());

  const failures = FAILURES.filter((failure) => (failure.face ?? face) === face);
  it.each(failures)('$name: shows no secret', async (failure) => {
    bench = new SecretBench(servers, face);
    const error = await rejectionOf(provoked(failure, bench));
    expectFailure(error, failure);
    const { events, lines } = bench;
    const finds = [found('the error', error), found('the told', tellingsOf(error))];
    finds.push(found('the events', [events, lines, tellingsOf(events), lines.map(tellingsOf)]));
    if (failure.provoke !== undefined) {
      const status = bench.tokens.status();
      finds.push(found('the status', [status, tellingsOf(status)]));
      finds.push(found('the injector', bench.container));
    }
    expect(finds.flat()).toEqual([]);
  });

  function found(what: string, root: unknown): readonly Find[] {
    const texts = textsWithin(root, (value) => value instanceof CryptofuseSandbox);
    walks += 1;
    places += texts.size;
    return search.in(texts).map(({ path, text }) => ({ path: `${what}${path}`, text }));
  }
});

it('searches at least 45 failures through both faces, each with its own name', () => {
  const throughBoth = FAILURES.filter((failure) => failure.face === undefined);
  expect(throughBoth.length).toBeGreaterThanOrEqual(45);
  expect(new Set(FAILURES.map(({ name }) => name)).size).toBe(FAILURES.length);
  console.log(
    `${FAILURES.length} failures, ${throughBoth.length} of them through both faces; ${CASES.length} cases, ${walks} walks, ${places} texts`,
  );
  expect(places).toBeGreaterThan(FAILURES.length * CASES.length * 100);
});

async function provoked(failure: SecretFailure, bench: SecretBench): Promise<unknown> {
  await bench.start(failure.options?.(bench.servers) ?? {});
  return failure.provoke?.(bench);
}

/** Expects the intended failure, as one of our exceptions if it should be one. */
function expectFailure(error: unknown, { code }: SecretFailure): void {
  if (code === undefined) {
    expect(error).toBeInstanceOf(Error);
    return;
  }
  expect(error).toBeInstanceOf(CryptofuseException);
  const stated = (error as CryptofuseException).code;
  if (typeof code === 'string') expect(stated).toBe(code);
  else expect(stated).toMatch(code);
}
