// A line for each test, and one for each file: passed, failed, not applicable with the option that it needs.
// "Not applicable" is only what not_applicable.txt names, and did not pass.
import { existsSync, readFileSync } from "node:fs";

const lines = (path) => (existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : []);
const named = new Map();
let section = "";
for (const line of lines("not_applicable.txt").filter((text) => !text.startsWith("#"))) {
  const [option] = line.split(": ", 1);
  if (line.startsWith("== ")) section = line.slice(3);
  else named.set(`${section}: ${line.slice(option.length + 2)}`, option);
}

// What failed, and how that counts.
function judge(test, file, hints) {
  const { state, errors } = test.result();
  if (state === "skipped") return ["not applicable", "skipped by its authors"];
  const option = named.get(`${file}: ${test.fullName}`);
  if (state === "passed") return ["passed", option && "named as not applicable"];
  if (option && !option.startsWith("documented")) return ["not applicable", option];
  const message = errors?.[0]?.message?.replaceAll("\n", " ").slice(0, 300);
  return ["failed", option ?? `${message} [${(hints.get(test.id) ?? []).join(", ")}]`];
}

export default class Reporter {
  onTestModuleEnd(module) {
    const file = module.moduleId.replace(/^.*\/src\//, "");
    const hints = new Map(lines(process.env.REASONS).map((line) => JSON.parse(line)));
    const count = { passed: 0, failed: 0, "not applicable": 0 };
    for (const test of module.children.allTests()) {
      const [verdict, why] = judge(test, file, hints);
      count[verdict]++;
      console.log(`${verdict}: ${file}: ${test.fullName}${why ? `  (${why})` : ""}`);
    }
    for (const error of module.errors()) console.log(`broken: ${file}: ${error.message}`);
    console.log(`== ${file}: ${count.passed} passed, ${count.failed} failed, ${count["not applicable"]} not applicable`);
  }
}
