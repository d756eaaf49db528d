import { describe, expect, it } from '@jest/globals';
import { format, inspect } from 'node:util';
import { Secret } from '../../lib/config/secret.js';
import { CryptofuseService, CryptofuseTokenService, AccessToken } from '../../lib/index.js';
import { SecretBench, SecretServers, type Face } from '../support/secret-bench.js';
import { textsWithin } from '../support/secret-places.js';
import { SecretSearch } from '../support/secret-search.js';
import { SECRET_SHAPES } from '../support/secret-shapes.js';
import { tellingsOf } from '../support/secret-telling.js';

const NOW = new Date('2025-01-01T00:00:00Z');

describe.each(SECRET_SHAPES)('secrets of $name', (shape) => {
  const search = new SecretSearch([shape.secret, shape.token]);
  const SEALED: readonly (readonly [string, Secret, string])[] = [
    ['Secret', new Secret(shape.secret), shape.secret],
    ['AccessToken', new AccessToken(shape.token, ['read'], NOW, NOW), shape.token],
  ];

  it.each(SEALED)('%s prints as [secret]', (_, sealed, value) => {
    expect(sealed.reveal()).toBe(value);
    const printed = [
      String(sealed),
      ['', sealed].join(''),
      JSON.parse(JSON.stringify(sealed)) as unknown,
      inspect(sealed),
      inspect(sealed, { showHidden: true, depth: Infinity, getters: true }),
      format('%s', sealed),
      format('%O', sealed),
      format(sealed),
    ];
    expect(printed).toEqual(printed.map(() => '[secret]'));
    expect(format('%j', sealed)).toBe('"[secret]"');
    expect(inspect({ sealed })).toBe('{ sealed: [secret] }');
  });

  it.each(SEALED)('%s is not revealed by a logger, a console or a clone', (_, sealed) => {
    for (const root of [sealed, [sealed], { sealed }, new Map([[sealed, sealed]])]) {
      expect(search.in(textsWithin(tellingsOf(root)))).toEqual([]);
      expect(search.in(textsWithin(root))).toEqual([]);
    }
    expect(
      tellingsOf({ sealed }).filter((text) => text.includes('[secret]')).length,
    ).toBeGreaterThan(9);
  });

  it.each<Face>(['CryptofuseService', 'CryptofuseHttpService'])(
    'are not in what %s returns, nor in the token service',
    async (face) => {
      const servers = await SecretServers.start(shape);
      const bench = new SecretBench(servers, face);
      await bench.start({});
      const all = new SecretSearch(servers.secrets);
      const answers = [await bench.call('GET', '/user/me/'), await bench.call('GET', '/payments/')];
      const token = await bench.module.get(CryptofuseTokenService).getAccessToken();
      const roots = [
        answers,
        token,
        bench.tokens,
        bench.module.get(CryptofuseService),
        bench.events,
      ];
      for (const root of [...roots, bench.lines, bench.container]) {
        expect(all.in(textsWithin(root))).toEqual([]);
      }
      for (const root of roots) expect(all.in(textsWithin(tellingsOf(root)))).toEqual([]);
      expect(token.reveal()).toBe(shape.token);
      await bench.stop();
      await servers.stop();
    },
  );
});
