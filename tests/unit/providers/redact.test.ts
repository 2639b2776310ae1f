import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyRedactor } from "@/lib/providers/redact";

const key = "sk-proj-4f9a1c77e2b84d10a6+/=Zq";

describe("a key in a text", () => {
  it.each([
    ["as it is", key],
    ["URL-encoded", encodeURIComponent(key)],
    [
      "URL-encoded in lower case",
      encodeURIComponent(key).replace(/%../g, (hex) => hex.toLowerCase()),
    ],
    ["in base64", Buffer.from(key).toString("base64")],
    ["in base64url", Buffer.from(key).toString("base64url")],
    ["in base64 behind one byte", Buffer.from(`:${key}`).toString("base64")],
    ["in base64 behind a name", Buffer.from(`user:${key}`).toString("base64")],
    ["cut off", key.slice(0, 18)],
    ["without its beginning", key.slice(8)],
  ])("is removed %s", (_, echo) => {
    const cleaned = createKeyRedactor(key)(`The key ${echo} is wrong`);
    expect(cleaned).toContain("[key removed]");
    expect(cleaned).toMatch(/^The key /);
    expect(cleaned).toMatch(/ is wrong$/);
    expect(cleaned).not.toContain(echo.slice(4, 14));
  });

  it("is removed with escaped slashes", () => {
    const text = JSON.stringify({ key }).replaceAll("/", "\\/");
    expect(createKeyRedactor(key)(text)).toBe('{"key":"[key removed]"}');
  });

  it("of Bedrock is removed together with its signed query, decoded or not", () => {
    const query =
      "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential=ASIAXEXAMPLE0000%2F20261122%2Feu-west-1%2Fbedrock%2Faws4_request&X-Amz-Date=20261122T100000Z&X-Amz-Expires=43200&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2Btoken%3D%3D&X-Amz-Signature=5f1c0de5f1c0de5f1c0de5f1c0de5f1c0de";
    const token = `bedrock-api-key-${Buffer.from(query).toString("base64")}`;
    const cleaned = createKeyRedactor(token)(`${token} ${query} ${decodeURIComponent(query)}`);
    for (const secret of ["ASIAX", "IQoJb3", "5f1c0de", token.slice(16, 40)]) {
      expect(cleaned).not.toContain(secret);
    }
    expect(cleaned).toContain("X-Amz-Expires=43200");
  });

  it("stays if the provider masked it", () => {
    const text = "Incorrect API key provided: sk-proj***=Zq";
    expect(createKeyRedactor(key)(text)).toBe(text);
  });

  it("is removed if its characters are special in JSON or in a pattern", () => {
    const odd = 'a"b\\c$&(d)[e]*';
    expect(createKeyRedactor(odd)(JSON.stringify({ key: odd }))).toBe('{"key":"[key removed]"}');
    expect(createKeyRedactor(odd)(`x${odd}y`)).toBe("x[key removed]y");
  });

  it("is removed at any position", () => {
    const keys = fc.stringMatching(/^[\x21-\x7e]{12,60}$/);
    fc.assert(
      fc.property(keys, fc.string(), fc.string(), (secret, before, after) => {
        expect(createKeyRedactor(secret)(before + secret + after)).not.toContain(secret);
      }),
    );
  });
});
