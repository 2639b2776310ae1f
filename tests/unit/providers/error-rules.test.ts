import { describe, expect, it } from "vitest";
import { classify } from "@/lib/providers/error-rules";
import { readRefusal } from "@/lib/providers/refusal";
import type { ProviderId } from "@/lib/providers/schema";
import recorded from "@/tests/unit/providers/refusals.json";

/** Answers as the providers' error pages and public issues quote them; a null status is one in a stream. */
const table = recorded.map((row) => ({
  ...row,
  provider: row.provider as ProviderId,
  body: typeof row.body === "string" ? row.body : JSON.stringify(row.body),
  tag: row.tag ?? null,
  reason: row.reason,
}));

describe("an error answer", () => {
  it.each(table)(
    "of $provider, $status $body, is $code",
    ({ provider, code, status, body, tag, reason }) => {
      const verdict = classify(readRefusal(provider, { status, tag, body }));
      expect(verdict.code).toBe(code);
      if (reason) expect(verdict.reason).toBe(reason);
    },
  );

  it.each([
    [401, "", "bad_key"],
    [403, "Forbidden", "no_access"],
    [429, "Too Many Requests", "rate_limited"],
    [529, "", "overloaded"],
    [500, "oops", "provider_error"],
    [418, "{}", "bad_request"],
  ] as const)("with status %i and no JSON but %j goes by its status", (status, body, code) => {
    expect(classify(readRefusal("xai", { status, tag: null, body })).code).toBe(code);
  });

  it("that is a web page isn't the provider's, and its text is kept", () => {
    const body = "<html><style>x{}</style><body><h1>Sign in</h1> to the   network</body></html>";
    const refusal = readRefusal("openai", { status: 401, tag: null, body });
    expect(classify(refusal)).toEqual({ code: "provider_error", reason: "not_json" });
    expect(refusal.message).toBe("Sign in to the network");
  });

  it("of any size gives the rules a bounded text", () => {
    const bodies = [
      JSON.stringify({ error: { message: "model ".repeat(100_000), code: "c".repeat(100_000) } }),
      "<script".repeat(100_000),
      "<".repeat(100_000),
    ];
    for (const body of bodies) {
      const { message, tags } = readRefusal("openai", { status: 400, tag: null, body });
      expect(message.length).toBeLessThanOrEqual(4000);
      expect(tags.length).toBeLessThanOrEqual(4000);
    }
  });
});
