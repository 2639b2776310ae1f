import { describe, expect, it } from "vitest";
import { ProviderFailure, toProviderFailure } from "@/lib/providers/errors";
import table from "@/lib/providers/failures.json";
import { type CallFailure, TransportError } from "@/lib/providers/provider";
import { createKeyRedactor } from "@/lib/providers/redact";
import { completionCodes } from "@/lib/providers/rules/codes";
import { providerIds } from "@/lib/providers/schema";
import { openTransport } from "@/lib/providers/wire";

type Options = { model_id?: string; region?: string; status?: number | null; sent?: boolean };

function explained(failure: CallFailure | Error, options: Options = {}) {
  const connection = {
    baseUrl: "https://bedrock.example",
    region: options.region ?? "eu-west-1",
    timeoutMs: 60_000,
  };
  const wire = openTransport(connection, {}, new AbortController().signal);
  wire.exchange.sent = options.sent ?? true;
  wire.exchange.status = options.status ?? null;
  return toProviderFailure(failure instanceof Error ? failure : new TransportError(failure), {
    provider: "bedrock",
    call: { model_id: options.model_id ?? "m" },
    wire,
    removeKey: createKeyRedactor("the-secret-key-of-the-test"),
  });
}

function invalidIdentifier(options: Options) {
  const body = JSON.stringify({ message: "The provided model identifier is invalid." });
  return explained({ kind: "refused", status: 400, tag: "ValidationException", body }, options);
}

describe("the table of causes and fixes", () => {
  it("has every code and no unknown placeholder", () => {
    expect(Object.keys(table)).toEqual(expect.arrayContaining([...completionCodes]));
    for (const [name, entry] of Object.entries(table)) {
      const [, code, , provider] = /^(\w+?)(:\w+|@(\w+))?$/.exec(name) ?? [];
      expect(completionCodes).toContain(code);
      if (provider) expect(providerIds).toContain(provider);
      expect(entry.cause).toMatch(/^[A-Z{].*\.$/);
      expect(entry.fix).toMatch(/^[A-Z{].*\.$/);
      const slots = `${entry.cause} ${entry.fix}`.match(/\{\w+(\|[^}]*)?\}/g) ?? [];
      for (const slot of slots) {
        expect("{name} {key} {model} {region} {host} {seconds} {status} {wait}").toContain(
          slot.replace(/\|.*\}/, "}"),
        );
      }
      if ("help" in entry)
        expect(["keys", "models", "prices", "limits", "errors", "status"]).toContain(entry.help);
    }
  });
});

describe("a failure", () => {
  it("names model, region and provider in its cause and fix", () => {
    const failure = invalidIdentifier({ model_id: "amazon.nova-x" });
    expect(failure.toJSON()).toEqual({
      code: "unknown_model",
      cause: expect.stringContaining("amazon.nova-x in eu-west-1"),
      fix: expect.stringContaining("inference profiles"),
      help: "models",
      provider_status: null,
      provider_message: "The provided model identifier is invalid.",
    });
  });

  it("doesn't guess a geography from an id's prefix", () => {
    expect(invalidIdentifier({ model_id: "us.amazon.nova-pro-v1:0" }).code).toBe("unknown_model");
  });

  it("passes on at most 1000 characters of the provider, truncated after the key is removed", () => {
    const message = `${"x".repeat(990)}the-secret-key-of-the-test${"y".repeat(990)}`;
    const body = JSON.stringify({ message });
    const failure = explained({ kind: "refused", status: 400, tag: null, body });
    expect(failure.provider_message).toHaveLength(1000);
    expect(failure.provider_message).not.toContain("the-secret");
  });

  it.each([
    ["DEADLINE", null, "timeout", "60 seconds"],
    ["UND_ERR_HEADERS_TIMEOUT", null, "timeout", "did not finish"],
    ["ENOTFOUND", null, "unreachable", "could not be resolved"],
    ["EAI_AGAIN", null, "unreachable", "could not be resolved"],
    ["ECONNREFUSED", null, "unreachable", "refuses connections"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", null, "unreachable", "certificate"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", null, "unreachable", "certificate"],
    ["UND_ERR_CONNECT_TIMEOUT", null, "unreachable", "could not connect"],
    [null, null, "unreachable", "could not connect"],
    ["ECONNRESET", 200, "provider_error", "in the middle"],
  ] as const)("of the network with code %s (status %s) is %s", (code, status, expected, words) => {
    const failure = explained({ kind: "network", code }, { status });
    expect(failure.code).toBe(expected);
    expect(failure.cause).toContain(words);
  });

  it("of the SDK says whether it happened before or after sending", () => {
    const error = new Error("bad the-secret-key-of-the-test");
    expect(explained(error, { sent: false })).toMatchObject({
      code: "bad_request",
      provider_message: "bad [key removed]",
    });
    expect(explained(error, { status: 200 })).toMatchObject({ code: "provider_error" });
  });

  it("contains nothing of the SDK's error", () => {
    const failure = explained(Object.assign(new Error("x"), { headers: { authorization: "y" } }));
    expect(failure).toBeInstanceOf(ProviderFailure);
    expect(typeof failure.cause).toBe("string");
    expect(JSON.stringify(failure)).not.toContain("authorization");
  });
});
