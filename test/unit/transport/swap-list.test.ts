import { describe, expect, it } from '@jest/globals';
import { SwapList, type Placed } from '../../../lib/transport/swap-list.js';

class Member implements Placed {
  place = -1;

  constructor(readonly name: number) {}
}

const NAMES = [0, 1, 2, 3];

function listOf(members: readonly Member[]): SwapList<Member> {
  const list = new SwapList<Member>();
  for (const member of members) list.add(member);
  return list;
}

describe('SwapList', () => {
  it.each(NAMES)('hands on, once, all that are in, not number %i, which has left', (gone) => {
    const members = NAMES.map((name) => new Member(name));
    const list = listOf(members);
    const left = members
      .slice(gone, gone + 1)
      .map((member) => [list.remove(member), list.remove(member)]);
    expect([left, list.length]).toEqual([[[true, false]], 3]);
    const taken: number[] = [];
    for (let round = 0; round < 2; round += 1) list.drain(({ name }) => taken.push(name));
    expect(taken.sort()).toEqual(NAMES.filter((name) => name !== gone));
    expect(list.length).toBe(0);
  });

  it('takes one in again that has left', () => {
    const member = new Member(0);
    const list = listOf([member, new Member(1)]);
    list.remove(member);
    list.add(member);
    const taken: number[] = [];
    list.drain(({ name }) => taken.push(name));
    expect(taken.sort()).toEqual([0, 1]);
  });

  it('does not hand on one that is taken out meanwhile', () => {
    const members = NAMES.map((name) => new Member(name));
    const list = listOf(members);
    const taken: number[] = [];
    list.drain(({ name }) => {
      taken.push(name);
      for (const member of members) list.remove(member);
    });
    expect(taken).toHaveLength(1);
  });
});
