// A line for each test, and one for each file: passed, failed, not applicable with the reason.
// "Not applicable" is only what did not pass and used something that is not on HTTP.
import { existsSync, readFileSync } from "node:fs";

function reasons() {
  const path = process.env.REASONS;
  return new Map(existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)) : []);
}

export default class Reporter {
  onTestModuleEnd(module) {
    const outsides = reasons();
    const count = { passed: 0, failed: 0, "not applicable": 0 };
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      const outside = outsides.get(test.id) ?? [];
      const messages = (errors ?? []).map(({ message }) => message ?? "");
      const watched = messages.map((text) => /^expected "(\w+)" to be called/.exec(text)?.[1]).find(Boolean);
      const inside = messages.find((text) => text.startsWith("in-process: ")) ?? (watched && `watches ${watched} in-process`);
      const reason = outside.join(", ") || inside;
      const verdict = state === "passed" ? "passed" : state === "skipped" ? "not applicable" : reason ? "not applicable" : "failed";
      count[verdict]++;
      const why = verdict === "passed" ? "" : state === "skipped" ? "  (skipped there, too)" : `  (${reason || errors?.[0]?.message?.replaceAll("\n", " ").slice(0, 300)})`;
      console.log(`${verdict}: ${module.moduleId.replace(/^.*\/src\//, "")}: ${test.fullName}${why}`);
    }
    for (const error of module.errors()) console.log(`broken: ${module.moduleId.replace(/^.*\/src\//, "")}: ${error.message}`);
    console.log(`== ${module.moduleId.replace(/^.*\/src\//, "")}: ${count.passed} passed, ${count.failed} failed, ${count["not applicable"]} not applicable`);
  }
}
