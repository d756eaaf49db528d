import { describe, expect, it } from '@jest/globals';
import { PassThrough, Readable, Stream } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { encodeBody } from '../../../lib/request/body.js';
import { TransportFailure } from '../../../lib/contracts/transport.js';
import { rejectionOf } from '../../support/rejection-of.js';
import { until } from '../../support/until.js';

const TYPE = 'multipart/form-data; boundary=x';

/** A legacy stream, like that of the `form-data` package: it can be piped, but not read. */
class OldForm extends Stream {
  readonly readable = true;

  getHeaders(): Record<string, string> {
    return { 'content-type': TYPE };
  }
}

class NewForm extends PassThrough {
  getHeaders(): Record<string, string> {
    return { 'content-type': TYPE };
  }
}

async function wireOf(form: unknown): Promise<Readable> {
  const { body, headers } = await encodeBody(form);
  expect(headers).toEqual({ 'content-type': TYPE });
  if (!(body instanceof Readable)) throw new Error('It is no stream.');
  return body;
}

describe('encodeBody, of a form of the form-data package', () => {
  it('sends the data of the form', async () => {
    const form = new OldForm();
    const wire = await wireOf(form);
    form.emit('data', Buffer.from('ab'));
    form.emit('data', 'cd');
    form.emit('end');
    expect((await buffer(wire)).toString()).toBe('abcd');
  });

  it('sends the data of a form that is a Readable', async () => {
    const form = new NewForm();
    const wire = await wireOf(form);
    form.end('abcd');
    expect((await buffer(wire)).toString()).toBe('abcd');
  });

  it.each([
    [{ 'Content-Type': TYPE }, { 'content-type': TYPE }],
    [
      { 'content-type': TYPE, 'content-length': '4' },
      { 'content-type': TYPE, 'content-length': '4' },
    ],
    [{ 'Content-Length': 4 }, { 'content-length': '4' }],
  ])('sends the headers %j', async (stated, sent) => {
    const form = Object.assign(new PassThrough(), { getHeaders: () => stated });
    expect(await encodeBody(form)).toMatchObject({ headers: sent });
  });

  it.each([
    { 'content-type': 'a\nb' },
    { 'content-type': 1 },
    { 'no name': 'x' },
    { authorization: 'Bearer x' },
    { 'transfer-encoding': 'chunked' },
    { 'content-length': '4, 5' },
    { 'content-length': '-1' },
  ])('refuses and closes a form with the headers %j', async (stated) => {
    const form = Object.assign(new PassThrough(), { getHeaders: () => stated });
    expect(await rejectionOf(encodeBody(form))).toMatchObject({ problems: [{ property: 'body' }] });
    await until(() => form.destroyed);
  });

  it.each([
    ['before it is read', 0],
    ['after it gave something', 1],
  ])('fails the request if its file cannot be read, %s', async (_, chunks) => {
    const form = new OldForm();
    const wire = await wireOf(form);
    for (let i = 0; i < chunks; i += 1) form.emit('data', Buffer.from('ab'));
    // An unhandled error would be thrown here, and end the process.
    form.emit('error', new Error('ENOENT: /secret/path'));
    const failure = await rejectionOf(buffer(wire));
    expect(failure).toBeInstanceOf(TransportFailure);
    expect(failure).toMatchObject({ code: 'request_body_failed', outcome: 'unknown' });
    expect(String(failure)).not.toContain('/secret/path');
  });

  it('handles an error that comes after the request was given up', async () => {
    const form = new OldForm();
    const wire = await wireOf(form);
    wire.destroy();
    expect(() => form.emit('error', new Error('late'))).not.toThrow();
  });

  it.each([
    ['of the old kind', () => new OldForm()],
    ['that is a Readable', () => new NewForm()],
  ])('refuses a form %s a second time, and leaves the first alone', async (_, make) => {
    const form = make();
    const wire = await wireOf(form);
    expect(await rejectionOf(encodeBody(form))).toMatchObject({
      problems: [{ property: 'body', message: expect.stringContaining('was read') as unknown }],
    });
    if (form instanceof NewForm) {
      form.end('abcd');
    } else {
      form.emit('data', Buffer.from('abcd'));
      form.emit('end');
    }
    expect((await buffer(wire)).toString()).toBe('abcd');
  });
});
