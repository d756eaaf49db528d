import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  axiosTransport,
  CryptofuseConfigException,
  CryptofuseModule,
  CryptofuseTokenService,
} from '../../lib/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { exceptionOf } from '../support/exception-of.js';
import { printedForms } from '../support/printed-forms.js';
import { rejectionOf } from '../support/rejection-of.js';

const CREDENTIALS = { clientId: 'shop', clientSecret: 'the secret of the shop' };

/** Returns a module that has been started with this proxy. */
function started(proxy: string, transport = axiosTransport()) {
  const imports = [CryptofuseModule.forRoot({ ...CREDENTIALS, proxy, transport, retry: false })];
  return Test.createTestingModule({ imports }).compile();
}

describe('a password of the proxy that holds a %', () => {
  it.each([
    'http://user:50%-of-a-password@proxy:3128',
    'https://user:a-password%@proxy:3128',
    'http://50%-of-a-user:a-password@[::1]:3128',
    'http://user:a-password%zz@proxy',
  ])('stops the start with what to write instead: %#', async (proxy) => {
    const refusal = await rejectionOf(started(proxy));
    expect(refusal).toBeInstanceOf(CryptofuseConfigException);
    const { problems } = refusal as CryptofuseConfigException;
    expect(problems).toMatchObject([{ property: 'proxy' }]);
    expect(problems[0]?.message).toMatch(/%.*percent-encoded.*%25/);
    for (const form of printedForms(refusal)) expect(form).not.toContain('a-password');
  });

  it.each(['ftp://user:a-password@proxy', 'http://user:a-pass#word@proxy', 'http://proxy/path'])(
    'is not blamed for %s',
    async (proxy) => {
      const { problems } = (await rejectionOf(started(proxy))) as CryptofuseConfigException;
      expect(problems).toMatchObject([{ property: 'proxy' }]);
      expect(problems[0]?.message).toMatch(/^must be the http or https URL of a proxy/);
    },
  );

  it.each([
    ['axios', axiosTransport()],
    ['undici', undiciTransport()],
  ])('reaches the proxy over %s when it is percent-encoded', async (_, transport) => {
    const proxy = await CountingProxy.start();
    proxy.mood = 'refuses';
    const password = '100% p@ss:word/?#';
    const user = `user:${encodeURIComponent(password)}`;
    const module = await started(proxy.url(user), transport);
    module.useLogger(false);
    await exceptionOf(module.get(CryptofuseTokenService).getToken());
    const sent = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
    expect(new Set(proxy.credentials)).toEqual(new Set([sent]));
    await module.close();
    await proxy.stop();
  });
});
