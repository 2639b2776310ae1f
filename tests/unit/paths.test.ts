import { describe, expect, it } from "vitest";
import { ownPath, pageParams, pages } from "@/lib/paths";

describe("an address", () => {
  it("leaves unset parameters out of the query", () => {
    expect(pages.models({ provider: "openai", q: "", active: null })).toBe(
      "/models?provider=openai",
    );
    expect(pages.models()).toBe("/models");
  });
});

describe("the parameters of a page", () => {
  it("are decoded to their original values", async () => {
    const [, , name = "", version = ""] = pages.agent("maps/agent 100%", "v1.0").split("/");
    const params = await pageParams(Promise.resolve({ name, version }));
    expect(params).toEqual({ name: "maps/agent 100%", version: "v1.0" });
  });

  it("are unchanged when their encoding is invalid", async () => {
    expect(await pageParams(Promise.resolve({ name: "100%" }))).toEqual({ name: "100%" });
  });
});

describe("the target of a redirect", () => {
  const consoleUrl = "https://console.example";
  /** As the browser that follows the path finds it. */
  const originOf = (path: string) => new URL(path, `${consoleUrl}/sign-in`).origin;

  it.each([
    ["/agents/a/v1.0?tab=history", "/agents/a/v1.0?tab=history"],
    ["/agents/maps%2Fagent/v1.0", "/agents/maps%2Fagent/v1.0"],
    ["/agents/100%25/v1.0", "/agents/100%25/v1.0"],
    ["/models?q=//evil.example", "/models?q=//evil.example"],
    ["/models/../costs", "/costs"],
    ["https://console.example/models?provider=xai", "/models?provider=xai"],
    ["https://console.example", "/"],
    ["https://console.example:443/models", "/models"],
  ])("%s leads to %s", (address, path) => {
    expect(ownPath(address, consoleUrl)).toBe(path);
  });

  const hosts = ["evil.example", "evil.example/models", "@evil.example", "evil.example%2f.."];
  const starts = [
    "//",
    "///",
    "/\\",
    "\\\\",
    "\\/",
    "/..//",
    "/../..//",
    "/.//",
    "/models/..//",
    "/models/../..//",
    "/%2e%2e//",
    "/%2E//",
    "/.%2e//",
    "/..\\\\",
    "/..\\/",
    "/\t/",
    "/\n/",
    "/\r\n/",
    "/..\t//",
    "/.\t.//",
    "\t//",
    " //",
    "\u0000//",
    "/%2f",
    "/%5c",
    "/%5C%5c",
    "/%2f%2f",
    "/%252f",
    "/%09/",
    "/%0a/",
    "/..%2f%2f",
    "https://",
    "https:",
    "HTTPS:\\\\",
    "http://console.example@",
    "https://console.example@",
    "https://console.example:80@",
    "https://console.example.",
    "//console.example@",
    "/..//console.example@",
  ];
  const elsewhere = [
    ...starts.flatMap((start) => hosts.map((host) => `${start}${host}`)),
    "https://user@console.example/models",
    "https://user:secret@console.example/models",
    "http://console.example/models",
    "https://console.example:8443/models",
    "https://console.example%2eevil.example",
    "https://console.example\\.evil.example",
    "https://\uff45vil.example",
    "//\uff45vil\u3002example",
    "/..//\u2488com",
    "//[::1]/",
    "/..//[",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "blob:https://console.example/1",
    "",
    null,
    undefined,
  ];

  it.each(elsewhere)("%j leads nowhere else", (address) => {
    const path = ownPath(address, consoleUrl);
    if (path === null) return;
    expect(path).toMatch(/^\/(?![/\\])/);
    expect(originOf(path)).toBe(consoleUrl);
    expect(originOf(decodeURIComponent(path))).toBe(consoleUrl);
  });

  it.each([
    "//evil.example",
    "/..//evil.example",
    "/%2fevil.example",
    "/\\evil.example",
    "https://console.example@evil.example",
    "https://user@console.example/models",
    "javascript:alert(1)",
    "models",
    "-1",
    "",
    null,
  ])("%j is refused", (address) => {
    expect(ownPath(address, consoleUrl)).toBeNull();
  });
});
