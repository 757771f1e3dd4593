// better-auth's own test files, as they are: what they import of better-auth comes from the published
// package, and only its maker of test instances from us.
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const source = resolve("src");
const published = resolve("node_modules/better-auth/dist");

const fromPackage = {
  name: "from-package",
  enforce: "pre",
  resolveId(name, importer) {
    if (!importer?.startsWith(source) || !name.startsWith(".")) return null;
    const path = relative(source, resolve(dirname(importer), name));
    if (path.startsWith("test-utils")) return resolve("instance.mjs");
    return [`${path}.mjs`, `${path}/index.mjs`].map((file) => join(published, file)).find(existsSync) ?? null;
  },
};

export default {
  plugins: [fromPackage],
  test: {
    include: ["src/**/*.test.ts"],
    setupFiles: ["setup.mjs"],
    reporters: ["./reporter.mjs"],
    testTimeout: 60000,
    hookTimeout: 60000,
    teardownTimeout: 5000,
    pool: "forks",
    fileParallelism: false,
    env: { TEST: "1" },
  },
};
