import { describe } from '@jest/globals';
import nock from 'nock';
import { startNock } from '../support/nocked-api.js';
import { describeLetThrough } from './mocks-let-through.contract.js';
import { describeMocked } from './mocks.contract.js';

describe('behind nock 14', () => {
  describeMocked(() => startNock(nock));
  describeLetThrough(() => startNock(nock, false));
});
