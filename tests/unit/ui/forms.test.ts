import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../../components");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".tsx"),
);

describe("forms", () => {
  // The browser submits a form by itself until React has taken it over; GET is its default.
  it("no form puts its values into the URL", () => {
    const forms = files.flatMap((path) => {
      const source = readFileSync(join(root, path), "utf8");
      return [...source.matchAll(/<form\b[^>]*/g)].map(([tag]) => ({ path, tag }));
    });
    expect(forms.length).toBeGreaterThan(10);
    expect(forms.filter(({ tag }) => !tag.includes('method="post"'))).toEqual([]);
  });
});
