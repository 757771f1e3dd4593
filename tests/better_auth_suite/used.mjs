// Which instances a test has used, and what they were asked for that no server on HTTP can have.
import { vi } from "vitest";

// Tests that load modules anew get this one anew, too.
globalThis.usedByTest ??= { reasons: new Set(), instances: new Set() };
const { reasons, instances } = globalThis.usedByTest;

export class NotApplicable extends Error {}

export const used = {
  clear() {
    reasons.clear();
    instances.clear();
  },
  // An instance that was used, with its options that have no equal here.
  instance(instance) {
    instances.add(instance);
  },
  // A call into the server's own process.
  inside(what) {
    reasons.add(what);
    throw new NotApplicable(`in-process: ${what}`);
  },
  reasons() {
    for (const instance of instances) {
      for (const option of instance.outside) reasons.add(`option ${option}`);
      for (const [name, call] of Object.entries({ ...instance.adapter, ...instance.internal })) {
        if (vi.isMockFunction(call)) reasons.add(`watches ${name} in-process`);
      }
    }
    return reasons;
  },
};
