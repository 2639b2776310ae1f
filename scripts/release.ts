import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json";
import { releaseChangelog, withVersion } from "./deploy/release";
import { root } from "./launch/root";

const [version] = process.argv.slice(2);

function rewrite(name: string, change: (text: string) => string): void {
  const path = join(root, name);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

// `npm run release -- 1.2.3`: moves the unreleased entries of CHANGELOG.md under the new version.
try {
  if (!version) throw new Error("Usage: npm run release -- 1.2.3");
  const day = new Date().toISOString().slice(0, 10);
  rewrite("CHANGELOG.md", (text) => releaseChangelog(text, version, day));
  for (const name of ["package.json", "package-lock.json"]) {
    rewrite(name, (text) => withVersion(text, manifest.version, version));
  }
  console.log(`Version ${version}. Next:
  git commit -am "chore: release ${version}" && git tag v${version}
  docker build --platform linux/amd64 -t switchboard:${version} .`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
