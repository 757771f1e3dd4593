// After each test: what of the instances that it used lies outside of a server on HTTP.
import { appendFileSync } from "node:fs";
import { afterEach, beforeAll } from "vitest";
import { used } from "./used.mjs";

beforeAll(() => used.clear());
afterEach(({ task }) => {
  appendFileSync(process.env.REASONS, `${JSON.stringify([task.id, [...used.reasons()]])}\n`);
  used.clear();
});
