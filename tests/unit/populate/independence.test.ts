import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** What proves lib/runtime wrong must not share its mistakes. */
test.each(["scripts/embedded/step-functions", "scripts/populate/machines"])(
  "%s imports nothing of lib/",
  (folder) => {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    const sources = files.filter((name) => name.endsWith(".ts"));
    expect(sources.length).toBeGreaterThan(3);
    for (const name of sources) {
      const text = readFileSync(join(root, folder, name), "utf8");
      expect([name, /from "(@\/lib|[./]+\/lib)\//.test(text)]).toEqual([name, false]);
    }
  },
);
