import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RawRecorder, type RecordedAnswer } from '../support/raw-recorder.js';
import { Sink } from '../support/sink.js';
import { ForkedClient } from './forked-client.js';
import { gadgetsByEffect } from './pollution-gadgets.js';
import type { ClientRun } from './client-process.js';

const MOMENTS = ['before', 'after'] as const;
const HOSTILE = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';

/** Responses that would pollute, and a redirect below `baseUrl`. */
const ANSWERS: ReadonlyMap<string, RecordedAnswer> = new Map([
  ['/moved/', { status: 302, headers: { Location: '/payments/' }, json: '' }],
  ['/hostile-answer/', { status: 200, json: `{${HOSTILE}}` }],
  [
    '/hostile-error/',
    { status: 422, json: `{"error":{"code":"x","message":"m","details":{${HOSTILE}}},${HOSTILE}}` },
  ],
]);

describe('a polluted Object.prototype', () => {
  let child: ForkedClient;
  let recorder: RawRecorder;
  let sink: Sink;
  let unpolluted: readonly string[];
  let bytes: readonly string[];

  async function run(
    gadget = 'none',
    when: ClientRun['when'] = 'before',
  ): Promise<readonly string[]> {
    const { calls } = await child.run({ baseUrl: recorder.url, sink: sink.port, gadget, when });
    return calls;
  }

  beforeAll(async () => {
    child = new ForkedClient();
    recorder = await RawRecorder.start((_, path) => ANSWERS.get(path));
    sink = await Sink.start();
    unpolluted = await run();
    bytes = recorder.take();
  });
  afterAll(async () => {
    await child.stop();
    await recorder.stop();
    await sink.stop();
  });
  afterEach(() => {
    expect(sink.received).toEqual({ connections: 0, bytes: 0 });
  });

  it('is compared with a run without it, in which every call arrives once', async () => {
    const sent = bytes.map((request) => request.split(' ', 2).join(' '));
    expect(sent).toEqual([
      'POST /o/token/',
      'POST /payments/',
      'GET /payments/?status=paid&page=2',
      'GET /user/me/',
      'PUT /payments/1/',
      'DELETE /payments/1/',
      'GET /moved/',
      'GET /payments/',
      'GET /hostile-error/',
      'GET /hostile-answer/',
      'POST /payments/',
      'GET /payments/?status=paid&page=2',
      'GET /payments/',
      'GET /hostile-error/',
      'POST /o/revoke_token/',
    ]);
    expect(unpolluted).not.toContain('no error');
    expect(await run()).toEqual(unpolluted);
    expect(recorder.take()).toEqual(bytes);
  });

  describe.each(MOMENTS)('%s the module starts', (when) => {
    const { harmless, refused, unusable, dropped } = gadgetsByEffect();

    it.each(harmless)('changes nothing with %s', async (gadget) => {
      const outcomes = await run(gadget, when);
      expect(recorder.take()).toEqual(bytes);
      expect(outcomes).toEqual(unpolluted);
    });

    it.each(refused)(
      'with %s has the calls refused that it would change, and changes no other',
      async (gadget) => {
        const outcomes = await run(gadget, when);
        expect(recorder.take().filter((request) => !bytes.includes(request))).toEqual([]);
        const changed = outcomes.filter((outcome, index) => outcome !== unpolluted[index]);
        expect(changed).not.toEqual([]);
        for (const outcome of changed) expect(outcome).toMatch(/^CryptofuseConfigException /);
      },
    );

    if (dropped.length > 0) {
      it.each(dropped)('with %s sends no request that is not sent without it', async (gadget) => {
        await run(gadget, when);
        const sent = recorder.take();
        expect(sent).not.toEqual([]);
        expect(sent.filter((request) => !bytes.includes(request))).toEqual([]);
      });
    }

    it.each(unusable)('lets nothing be sent with %s', async (gadget) => {
      const outcomes = await run(gadget, when);
      expect(recorder.take()).toEqual([]);
      expect(outcomes.filter((outcome) => unpolluted.includes(outcome))).toEqual(['nothing']);
    });
  });

  it('is reported at the start in one warning that names its members', async () => {
    const { warnings } = await child.run({
      ...{ baseUrl: recorder.url, sink: sink.port, isBrief: true },
      ...{ gadget: 'clientId', when: 'before' },
    });
    recorder.take();
    expect(warnings).toEqual([
      expect.stringMatching(/^Object\.prototype has members .*"clientId", "clientSecret"/),
    ]);
  });

  it('leaves nothing behind', async () => {
    expect(await run()).toEqual(unpolluted);
    expect(recorder.take()).toEqual(bytes);
  });
});
