import type { ApiResource } from './api-resource.js';
import { jsonAnswer } from './response.js';
import type { SandboxMerchant } from './settings.js';

/** `/user/me/` */
export function merchantResource(merchant: SandboxMerchant): ApiResource {
  return {
    path: /^\/user\/me\/$/,
    methods: { GET: () => jsonAnswer(200, merchant) },
  };
}
