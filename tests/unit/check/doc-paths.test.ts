import { describe, expect, it } from "vitest";
import { brokenReferences } from "../../../scripts/check/doc-paths";

const files = new Map([
  ["lib/keys/changes.ts", "export function updateKey() {}"],
  ["app/(console)/agents/[name]/page.tsx", ""],
]);

const broken = (page: string) =>
  brokenReferences(page, {
    exists: (path) => files.has(path) || path === "lib/keys/",
    read: (path) => files.get(path) ?? "",
    linked: (target) => target === "contract.md",
  });

describe("references of a page", () => {
  it("to files and folders that exist are fine", () => {
    expect(broken("`lib/keys/changes.ts`, `lib/keys/`")).toEqual([]);
    expect(broken("`app/(console)/agents/[name]/page.tsx`")).toEqual([]);
  });

  it("to a file that is gone are reported once", () => {
    expect(broken("`lib/gone.ts` and `lib/gone.ts`")).toEqual(["there is no lib/gone.ts"]);
  });

  it("with placeholders, globs and other code are ignored", () => {
    const page = "`lib/{resource}/schema.ts` `tests/**` `npm test` `lib/keys and more` `{pk}`";
    expect(broken(page)).toEqual([]);
  });

  it("to names are looked up in the file", () => {
    expect(broken("`lib/keys/changes.ts`: `updateKey`")).toEqual([]);
    expect(broken("`lib/keys/changes.ts`: `updateKey`, `removeKey`")).toEqual([
      "lib/keys/changes.ts has no removeKey",
    ]);
  });

  it("by link must lead to a page", () => {
    expect(broken("[here](contract.md#data) [there](https://example.com/x) [up](#top)")).toEqual(
      [],
    );
    expect(broken("[gone](old.md#data)")).toEqual(["the link to old.md leads nowhere"]);
  });
});
