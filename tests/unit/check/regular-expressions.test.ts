import { expect, it } from "vitest";
import { expressionsIn } from "../../../scripts/check/regular-expressions";

it("finds every expression that a file writes out, with its line", () => {
  const text = `
    const digits = /^\\d+$/u;
    // /a comment/ is none, and neither is 4 / 2 / 1.
    const half = 4 / 2 / 1;
    const made = new RegExp("a+b", "gi");
    const slash = /[/]\\//;
    const later = RegExp(\`\${digits.source}\`);
  `;
  expect(expressionsIn("lib/x.ts", text)).toEqual([
    { source: "^\\d+$", flags: "u", at: "lib/x.ts:2" },
    { source: "a+b", flags: "gi", at: "lib/x.ts:5" },
    { source: "[/]\\/", flags: "", at: "lib/x.ts:6" },
  ]);
});
