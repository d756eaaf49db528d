import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const tarball = process.env['PACKED_TARBALL'] ?? '';

function packed(): string[] {
  const names = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  return names.map((name) => name.replace(/^package\//, '')).sort();
}

function manifest(): Record<string, unknown> {
  const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], {
    encoding: 'utf8',
  });
  return JSON.parse(text) as Record<string, unknown>;
}

function run(tool: string, ...args: string[]) {
  const { status, stdout } = spawnSync(join('node_modules/.bin', tool), args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
  });
  return { status, stdout };
}

describe('the tarball', () => {
  it('contains the build of lib, the texts, and nothing else', () => {
    const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.slice(0, -'.ts'.length));
    const runs = ['index', 'client', 'configure', 'testing/index', 'undici/index'];
    const both = [
      ...runs.map((name) => `${name}.js`),
      ...sources.filter((name) => name !== 'browser').map((name) => `${name}.d.ts`),
    ];

    expect(sources.length).toBeGreaterThan(50);
    expect(packed()).toEqual(
      [
        'CHANGELOG.md',
        'CONTRIBUTING.md',
        'LICENSE',
        'README.md',
        'SECURITY.md',
        'package.json',
        ...readdirSync('docs').map((name) => `docs/${name}`),
        'dist/browser.d.ts',
        'dist/browser.js',
        'dist/cjs/package.json',
        ...both.map((name) => `dist/${name}`),
        ...both.map((name) => `dist/cjs/${name}`),
      ].sort(),
    );
  });

  it('runs nothing when it is installed, and brings no dependencies', () => {
    const { scripts, dependencies, optionalDependencies, bundleDependencies, bin } = manifest();
    expect(Object.keys(scripts ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$|^prepare$/)]),
    );
    expect({ dependencies, optionalDependencies, bundleDependencies, bin }).toEqual({});
  });

  it('does not work with the malicious releases of axios, 1.14.1 and 0.30.4', () => {
    const { axios } = manifest()['peerDependencies'] as Record<string, string>;
    const [, minor] = /^\^1\.(\d+)(\.\d+)?$/.exec(axios ?? '') ?? [];
    expect(Number(minor)).toBeGreaterThan(14);
  });

  it('is published with provenance', () => {
    expect(manifest()['publishConfig']).toEqual({ access: 'public', provenance: true });
  });

  it('contains nothing of the machine that built it', () => {
    const text = execFileSync('tar', ['-xzOf', tarball], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(text).toContain('CryptofuseModule');
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain('sourceMappingURL');
  });

  it('passes publint', () => {
    const { status, stdout } = run('publint', '--strict', tarball);
    expect(stdout).toContain('All good!');
    expect(status).toBe(0);
  });

  it('passes attw under every module resolution', () => {
    const { status, stdout } = run('attw', tarball);
    expect(stdout).toContain('No problems found');
    expect(status).toBe(0);
  });
});
