import { describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { formBytes } from '../../../lib/http-service/axios-body.js';
import type { FormDataPackage } from '../../../lib/request/body-stream.js';

interface Form extends FormDataPackage {
  append(name: string, value: unknown, options?: object): void;
}

const FormPackage = axios.defaults.env?.FormData as new () => Form;

function formOf(value: unknown, options?: object): Form {
  const form = new FormPackage();
  form.append('a', value, options);
  return form;
}

describe('formBytes', () => {
  it.each(['é', Buffer.from('hey'), 5])(
    'returns the bytes that a form with %p would send',
    async (value) => {
      const form = formOf(value);
      const bytes = formBytes(form);
      expect(bytes?.toString()).toBe(await text(form.pipe(new PassThrough()) as PassThrough));
    },
  );

  it('returns undefined for a form with a stream', () => {
    expect(formBytes(formOf(Readable.from(['a'])))).toBeUndefined();
    expect(formBytes(formOf(Readable.from(['a']), { knownLength: 1 }))).toBeUndefined();
  });

  it('returns undefined for a form that was read before', async () => {
    const form = formOf('hey');
    await text(form.pipe(new PassThrough()) as PassThrough);
    expect(formBytes(form)).toBeUndefined();
  });

  it('returns undefined for something that only looks like a form', () => {
    const form = { getHeaders: () => ({}), pipe: () => undefined };
    expect(formBytes(form)).toBeUndefined();
  });
});
