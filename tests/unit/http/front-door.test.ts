import { describe, expect, it } from "vitest";
import { splitAddress } from "@/lib/addresses";
import { endpointNames } from "@/lib/api/endpoints";
import { refusalOf } from "@/lib/http/front-door";

const statusOf = (method: string, path: string, hasBody = false) =>
  refusalOf(method, path, hasBody)?.error.status ?? null;

describe("requests that Next never sees", () => {
  it("lets every endpoint through by its own method", () => {
    for (const name of endpointNames) {
      const [method, path] = splitAddress(name);
      expect(statusOf(method, path.replace(/\{\w+\}/g, "a%2Fb")), name).toBeNull();
    }
    expect(statusOf("HEAD", "/api/models")).toBeNull();
    expect(statusOf("OPTIONS", "/api/models")).toBeNull();
    expect(statusOf("POST", "/api/auth/callback/local")).toBeNull();
    expect(statusOf("PUT", "/api/no/such/address")).toBeNull();
  });

  it.each([
    ["TRACE", "/api/models", 405],
    ["TRACE", "/models", 405],
    ["PROPFIND", "/api/models", 405],
    ["DELETE", "/api/models", 405],
    ["POST", "/api/health", 405],
    ["PUT", "/api/auth/csrf", 405],
    ["GET", "/api/models/defective/x", 405],
    ["DELETE", "/api/models/export", 405],
    ["POST", "/models", 405],
    ["PUT", "/_next/static/a.js", 405],
    ["OPTIONS", "*", 400],
    ["GET", "http://evil.example/models", 400],
    ["GET", "/api", 404],
    ["GET", "/api/models/xai/%", 400],
    ["GET", "/api/models/xai/%ff", 400],
    ["GET", "/models/%", null],
  ])("%s %s: %s", (method, path, status) => {
    expect(statusOf(method, path)).toBe(status);
  });

  it("names the methods that the address takes, and a body that a GET brings", () => {
    expect(refusalOf("PATCH", "/api/models", false)?.allow).toEqual([
      "GET",
      "POST",
      "HEAD",
      "OPTIONS",
    ]);
    expect(statusOf("GET", "/api/models", true)).toBe(400);
    expect(statusOf("HEAD", "/models", true)).toBe(400);
    expect(statusOf("POST", "/api/models", true)).toBeNull();
  });
});
