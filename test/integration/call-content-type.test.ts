import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PassThrough, Readable } from 'node:stream';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { problemsOfCall, untypedCall } from '../support/untyped-call.js';

const PATH = '/payments/';
const PAYMENT = { amount: '10.00', currency: 'USDT' };

function form(): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(PAYMENT)) made.append(name, value);
  return made;
}

/** A form like those of the form-data package: a stream that states its own headers. */
class StreamedForm extends PassThrough {
  constructor() {
    super();
    for (const [name, value] of Object.entries(PAYMENT)) {
      this.write(`--xx\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
    }
    this.end('--xx--\r\n');
  }

  getHeaders(): Record<string, string> {
    return { 'content-type': 'multipart/form-data; boundary=xx' };
  }
}

describe('the content type of a call', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  const typed = (type: string) => ({ headers: { 'Content-Type': type } });
  const sentType = () => client.sandbox.requests.at(-1)?.headers['content-type'];

  it.each([
    ['FormData', form],
    ['a form of the form-data package', () => new StreamedForm()],
  ])('is that of %s, with its boundary', async (_, make) => {
    for (const type of ['multipart/form-data', 'Multipart/Form-Data; charset=utf-8']) {
      await expect(untypedCall(client, 'post', PATH, make(), typed(type))).resolves.toMatchObject(
        PAYMENT,
      );
      expect(sentType()).toMatch(/^multipart\/form-data; boundary=/);
    }
    for (const type of ['application/json', 'multipart/form-data; boundary=another']) {
      const [problem] = await problemsOfCall(client, 'post', PATH, make(), typed(type));
      expect(problem?.property).toBe('headers["content-type"]');
      expect(problem?.message).toContain('leave it out');
    }
  });

  it('may come from the form-data package', async () => {
    const body = new StreamedForm();
    const call = untypedCall(client, 'post', PATH, body, { headers: body.getHeaders() });
    await expect(call).resolves.toMatchObject(PAYMENT);
  });

  it.each<[string, unknown, string, string]>([
    ['JSON', PAYMENT, 'application/x-www-form-urlencoded', 'give URLSearchParams'],
    ['JSON', PAYMENT, 'multipart/form-data; boundary=x', 'give FormData'],
    ['bytes', Buffer.from('x'), 'multipart/form-data', 'no boundary'],
    ['a function', () => Readable.from(['x']), 'multipart/form-data', 'no boundary'],
  ])('is refused when it is not that of %s: row %#', async (_, body, type, remedy) => {
    const [problem] = await problemsOfCall(client, 'post', PATH, body, typed(type));
    expect(problem?.property).toBe('headers["content-type"]');
    expect(problem?.message).toContain(remedy);
  });

  it.each<[string, unknown, string]>([
    ['JSON', PAYMENT, 'application/merge-patch+json'],
    ['text', 'a=1', 'application/x-www-form-urlencoded'],
    ['bytes', Buffer.from('--x--'), 'multipart/form-data; boundary=x'],
  ])('is the one that was stated: %s', async (_, body, type) => {
    await untypedCall(client, 'post', '/echo/', body, typed(type));
    expect(sentType()).toBe(type);
  });
});
