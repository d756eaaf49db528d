import { spawnSync } from 'node:child_process';

const candidates = ['python3', '/usr/bin/python3'];

/** Returns the first Python that has Django OAuth Toolkit and the REST framework, if any has. */
export function findOauthToolkitPython(): string | undefined {
  return candidates.find((python) => {
    const trial = spawnSync(python, ['-B', '-c', 'import oauth2_provider, rest_framework']);
    return trial.status === 0;
  });
}
