/** What a {@link SwapList} holds: it knows its place there, so that taking it out costs nothing. */
export interface Placed {
  /** -1: it is in no list. */
  place: number;
}

/**
 * Members that come and go, each in one such list. A `Set` leaves its outgrown tables to the garbage, each holding the
 * next one and all that was in it then: where every call adds to one, most of what a call costs would be their collection.
 * For a like reason members are to be of a class: V8 makes literals old that come from where many outlive a scavenge.
 */
export class SwapList<Member extends Placed> {
  readonly #members: Member[] = [];

  get length(): number {
    return this.#members.length;
  }

  add(member: Member): void {
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Takes `member` out, and has the last one take its place; returns whether it was in. */
  remove(member: Member): boolean {
    const { place } = member;
    if (place < 0) return false;
    const last = this.#members.pop();
    if (last !== undefined && last !== member) {
      this.#members[place] = last;
      last.place = place;
    }
    member.place = -1;
    return true;
  }

  /** Takes out every member that is in, and hands it to `take`, in no certain order. */
  drain(take: (member: Member) => void): void {
    for (const member of [...this.#members]) {
      if (this.remove(member)) take(member);
    }
  }
}
