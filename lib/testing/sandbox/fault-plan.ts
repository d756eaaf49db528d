import type { Call, Target } from './call.js';
import { effectOf, type FaultEffect, NO_FAULT } from './fault-effect.js';
import type { FaultPattern, FaultScope, SandboxFault } from './faults.js';

interface PlannedFault {
  readonly on: FaultScope['on'];
  readonly effect: FaultEffect;
  toSkip: number;
  toMeet: number;
}

/** The faults to come. A request meets one of them at most: the first stated that is due for it. */
export class FaultPlan {
  private faults: PlannedFault[] = [];

  add(fault: SandboxFault): void {
    const { on, times = 1, after = 0 } = fault;
    this.faults.push({ on, effect: effectOf(fault), toSkip: after, toMeet: times });
  }

  /** What happens to this request. A fault that lets it pass counts it, unless an earlier one took it. */
  take(call: Call, target: Target): FaultEffect {
    for (const fault of this.faults.filter(({ on }) => matches(on, call, target))) {
      if (fault.toSkip === 0) {
        return this.meet(fault);
      }
      fault.toSkip -= 1;
    }
    return NO_FAULT;
  }

  clear(): void {
    this.faults = [];
  }

  private meet(fault: PlannedFault): FaultEffect {
    fault.toMeet -= 1;
    this.faults = this.faults.filter(({ toMeet }) => toMeet > 0);
    return fault.effect;
  }
}

function matches(on: FaultScope['on'], call: Call, target: Target): boolean {
  if (on === undefined) {
    return true;
  }
  return typeof on === 'string' ? on === target : matchesPattern(on, call);
}

function matchesPattern({ method, path }: FaultPattern, call: Call): boolean {
  if (method !== undefined && method !== call.method) {
    return false;
  }
  // `search` starts at the beginning even where the pattern has a `g` or `y` flag and a memory.
  return path instanceof RegExp
    ? `${call.path ?? ''}${call.search}`.search(path) >= 0
    : path === undefined || path === call.path;
}
