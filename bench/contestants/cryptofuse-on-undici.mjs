import { CryptofuseService } from 'nestjs-cryptofuse';
import { openCryptofuse } from '../open-cryptofuse.mjs';

export const name = 'CryptofuseService on undici';

export async function open(url) {
  const context = await openCryptofuse(url, 'undici');
  const api = context.get(CryptofuseService);
  return { call: () => api.get('/user/me/'), close: () => context.close() };
}
