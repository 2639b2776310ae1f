import { describe, expect, it } from "vitest";
import type { RawExchange } from "@/lib/completions/schema";
import { providerIds } from "@/lib/providers/schema";
import { askReplay, canary, failureOf } from "@/tests/contract/providers/ask";
import { answers, unfinished } from "@/tests/support/provider-answers";
import type { Replay } from "@/tests/support/replay-server";

const encoded = [encodeURIComponent(canary), Buffer.from(canary).toString("base64")];

/** Headers in which providers name the account, or a proxy repeats what it saw. */
const revealingHeaders = {
  "set-cookie": "session=abc",
  "openai-organization": "org-of-the-owner",
  "x-echo": `it was ${canary}`,
  "x-ratelimit-remaining-tokens": "29000",
  "x-request-id": "r1",
};

function rawOf(end: unknown): RawExchange {
  const { raw } = end as { raw?: RawExchange }; // Asked for by every test here.
  if (!raw) throw new Error("There is no raw exchange");
  return raw;
}

function expectNoKey(raw: RawExchange) {
  const text = JSON.stringify(raw);
  for (const form of [canary, ...encoded]) expect(text).not.toContain(form.slice(0, 16));
  expect(text).not.toMatch(/session=abc|org-of-the-owner/);
}

describe.each(providerIds)("the raw exchange with %s", (provider) => {
  it.each([true, false])(
    "shows request and response without the key (stream: %s)",
    async (stream) => {
      const replay = stream ? answers[provider].streamed : answers[provider].whole;
      const headers = { ...replay.headers, ...revealingHeaders };
      const { events, requests } = await askReplay(
        { ...replay, headers },
        { provider, call: { stream, raw: true } },
      );
      const raw = rawOf(events.at(-1));
      expect(raw.request).toMatchObject({ method: "POST", body: requests[0]?.body });
      expect(new URL(raw.request.url).pathname).toBe(requests[0]?.path.split("?")[0]);
      expect(raw.response).toMatchObject({ status: 200 });
      expect(raw.response?.headers).toMatchObject({
        "x-ratelimit-remaining-tokens": "29000",
        "x-request-id": "r1",
        "set-cookie": "[removed]",
      });
      expect(raw.response?.body).toContain("world");
      if (provider !== "bedrock") expect(raw.response?.body).toBe((replay.body ?? []).join(""));
      expectNoKey(raw);
    },
  );

  it("is part of a failure, with an echoed key removed", async () => {
    const body = JSON.stringify({ error: { message: `No: ${canary} ${encoded.join(" ")}` } });
    const refusal: Replay = {
      status: 401,
      headers: { "content-type": "application/json", ...revealingHeaders },
      body: [body],
    };
    const failure = await failureOf(refusal, { provider, call: { raw: true } });
    expect(failure.raw?.response).toMatchObject({ status: 401 });
    expect(failure.raw?.response?.body).toContain("No: [key removed]");
    expectNoKey(rawOf(failure));
    expectNoKey(rawOf(failure.toJSON()));
  });

  it("has what arrived before a stream broke, and no response if none came", async () => {
    const broken = await failureOf(
      { ...unfinished(answers[provider]), finish: "break" },
      { provider, call: { raw: true } },
    );
    expect(broken.raw?.response?.body).toContain("Hello");
    const silent = await failureOf(
      { finish: "hang" },
      { provider, call: { raw: true }, timeoutMs: 300 },
    );
    expect(silent).toMatchObject({ code: "timeout", raw: { response: null } });
  });

  it("shortens images and long bodies", async () => {
    const data = Buffer.alloc(90_000, 7).toString("base64");
    const image = { type: "image", media_type: "image/png", data } as const;
    const content = [image, { type: "text", text: "y".repeat(90_000) } as const];
    const { whole } = answers[provider];
    const long = String(whole.body?.[0]).replace("Hello, world", "x".repeat(200_000));
    const { events } = await askReplay(
      { ...whole, body: [long] },
      { provider, call: { stream: false, raw: true, messages: [{ role: "user", content }] } },
    );
    const { request, response } = rawOf(events.at(-1));
    expect(request.body).toContain("88 kB of image");
    expect(request.body).not.toContain(data.slice(0, 200));
    for (const text of [request.body, response?.body ?? ""]) {
      expect(text.length).toBeLessThanOrEqual(66_000);
      expect(text).toMatch(/cut off after 64 kB/);
    }
  });

  it("is recorded only on request", async () => {
    const { events } = await askReplay(answers[provider].streamed, { provider });
    expect(events.at(-1)).not.toHaveProperty("raw");
  });
});
