import { describe } from '@jest/globals';
import nock from 'nock13';
import { startNock } from '../support/nocked-api.js';
import { describeLetThrough } from './mocks-let-through.contract.js';
import { describeMocked } from './mocks.contract.js';

describe('behind nock 13', () => {
  describeMocked(() => startNock(nock));
  describeLetThrough(() => startNock(nock, false));
});
