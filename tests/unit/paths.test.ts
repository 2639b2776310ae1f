import { describe, expect, it } from "vitest";
import { pageParams, pages, sameOriginPath } from "@/lib/paths";

describe("an address", () => {
  it("leaves out of the query what is not set", () => {
    expect(pages.models({ provider: "openai", q: "", active: null })).toBe(
      "/models?provider=openai",
    );
    expect(pages.models()).toBe("/models");
  });
});

describe("the parameters of a page", () => {
  it("come back as they were before the address encoded them", async () => {
    const [, , name = "", version = ""] = pages.agent("maps/agent 100%", "v1.0").split("/");
    const params = await pageParams(Promise.resolve({ name, version }));
    expect(params).toEqual({ name: "maps/agent 100%", version: "v1.0" });
  });

  it("are taken as they are when they are no valid encoding", async () => {
    expect(await pageParams(Promise.resolve({ name: "100%" }))).toEqual({ name: "100%" });
  });
});

describe("where sign-in leads afterwards", () => {
  it("is a path of this site, with its query", () => {
    expect(sameOriginPath("/agents/a/v1.0?tab=history")).toBe("/agents/a/v1.0?tab=history");
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "models",
    "",
    null,
    undefined,
  ])("is never %j", (wanted) => {
    expect(sameOriginPath(wanted)).toBeNull();
  });
});
