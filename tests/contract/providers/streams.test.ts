import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { answerLimits } from "@/lib/providers/answer-limits";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { askReplay, failureOf } from "@/tests/contract/providers/ask";
import { converseEvent } from "@/tests/support/event-stream";
import { inPieces } from "@/tests/support/in-pieces";
import { answers } from "@/tests/support/provider-answers";
import type { Replay } from "@/tests/support/replay-server";

afterEach(() => vi.restoreAllMocks());

const sseProviders = providerIds.filter((id) => id !== "bedrock");

function bytesOf({ body = [] }: Replay): Buffer {
  return Buffer.concat(body.map((part) => Buffer.from(part)));
}

/** The streamed answer with this text in the place of "world". */
function streamedText(provider: ProviderId, text: string): Buffer {
  if (provider !== "bedrock") {
    const json = JSON.stringify(text).slice(1, -1);
    return Buffer.from(
      bytesOf(answers[provider].streamed)
        .toString()
        .replace("world", () => json),
    );
  }
  const parts = (answers.bedrock.streamed.body ?? []).map((frame) =>
    Buffer.from(frame).includes("world")
      ? converseEvent("contentBlockDelta", { contentBlockIndex: 0, delta: { text } })
      : Buffer.from(frame),
  );
  return Buffer.concat(parts);
}

async function textOf(provider: ProviderId, replay: Replay, stream = true): Promise<string> {
  const { events } = await askReplay(replay, { provider, call: { stream } });
  expect(events.at(-1)?.type).toBe("end");
  return events.map((event) => (event.type === "delta" ? event.text : "")).join("");
}

describe.each(providerIds)("a streamed answer of %s", (provider) => {
  const { streamed } = answers[provider];

  it("is the same in pieces of any size", async () => {
    for (const size of [1, 3, 17, 1000]) {
      const body = inPieces(bytesOf(streamed), size);
      expect(await textOf(provider, { ...streamed, body })).toBe("Hello, world");
    }
  });

  it("with one event of 1.65 MB in small pieces reaches the SDK in one piece", async () => {
    const text = "x".repeat(1_650_000);
    const bytes = streamedText(provider, text);
    const parse = vi.spyOn(JSON, "parse");
    const read = vi.spyOn(ReadableStreamDefaultReader.prototype, "read");
    const copy = vi.spyOn(Uint8Array.prototype, "set");
    const answer = await textOf(provider, { ...streamed, body: inPieces(bytes, 1400) });
    expect(answer).toHaveLength("Hello, ".length + text.length);
    const parsed = parse.mock.calls.reduce((sum, [json]) => sum + String(json).length, 0);
    const copied = copy.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    expect(copied).toBeLessThan(8 * bytes.length);
    expect(read.mock.calls.length).toBeLessThan(20);
    // Google's SDK parses each event three times.
    expect(parsed).toBeLessThan(4 * bytes.length);
  });

  it("gives way to other work between its events", async () => {
    const count = 4000;
    const bytes = streamedText(provider, "!");
    const [head = ""] = bytes.toString("latin1").split("world");
    expect(head).not.toBe("");
    let turns = 0;
    let isRunning = true;
    const tick = () => {
      turns += 1;
      if (isRunning) setImmediate(tick);
    };
    setImmediate(tick);
    await textOf(provider, { ...streamed, body: [manyEvents(provider, count)] });
    isRunning = false;
    expect(turns).toBeGreaterThan(count / 64);
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("is decoded from %s", async (encoding, compress) => {
    for (const [stream, replay] of [
      [true, streamed],
      [false, answers[provider].whole],
    ] as const) {
      const headers = { ...replay.headers, "content-encoding": encoding };
      const body = inPieces(compress(bytesOf(replay)), 50);
      expect(await textOf(provider, { headers, body }, stream)).toBe("Hello, world");
    }
  });

  it("that expands beyond the limit is refused", async () => {
    const bytes = gzipSync(Buffer.alloc(answerLimits.rawBytes + 1, " "));
    const headers = { ...streamed.headers, "content-encoding": "gzip" };
    const failure = await failureOf(
      { headers: { ...headers, "content-type": "application/json" }, body: [bytes] },
      { provider, call: { stream: false } },
    );
    expect(failure).toMatchObject({ code: "provider_error", provider_status: 200 });
    expect(failure.cause).toMatch(/larger than/);
  });

  it("with an event beyond the limit is refused", async () => {
    const bytes = streamedText(provider, "x".repeat(answerLimits.eventBytes));
    const failure = await failureOf({ ...streamed, body: inPieces(bytes, 65_536) }, { provider });
    expect(failure.cause).toMatch(/larger than/);
  });
});

/** A whole answer whose text comes in `count` events. */
function manyEvents(provider: ProviderId, count: number): Buffer {
  const [first = "", rest = ""] = ["Hello, ", "world"];
  const parts = (answers[provider].streamed.body ?? []).map((part) => Buffer.from(part));
  return Buffer.concat(
    parts.flatMap((part) =>
      part.includes(rest) && !part.includes(first) ? Array(count).fill(part) : [part],
    ),
  );
}

describe.each(sseProviders)("an answer of %s", (provider) => {
  const { streamed, whole } = answers[provider];
  const text = bytesOf(streamed).toString();

  it.each([
    ["no content type", {}],
    ["text/plain", { "content-type": "text/plain" }],
    ["application/octet-stream", { "content-type": "application/octet-stream" }],
    ["application/json", { "content-type": "application/json" }],
    ["Text/Event-Stream", { "content-type": "Text/Event-Stream" }],
  ])("is read as a stream with %s", async (_, headers: Record<string, string>) => {
    expect(await textOf(provider, { headers, body: [text] })).toBe("Hello, world");
  });

  it.each(["\r\n", "\r"])("is read with line ends %j, ids and retry times", async (lineEnd) => {
    const odd = `retry: 3000\n\n${text.replaceAll("data:", "id: 7\ndata:")}`;
    const body = inPieces(Buffer.from(odd.replaceAll("\n", lineEnd)), 7);
    expect(await textOf(provider, { ...streamed, body })).toBe("Hello, world");
  });

  it("is read whole under an event stream's content type", async () => {
    const headers = { "content-type": "text/event-stream" };
    expect(await textOf(provider, { ...whole, headers }, false)).toBe("Hello, world");
  });
});

it.each<Record<string, string>>([{}, { "content-type": "application/octet-stream" }])(
  "a stream of Bedrock is read with the headers %j",
  async (headers) => {
    const { body } = answers.bedrock.streamed;
    expect(await textOf("bedrock", { headers, body })).toBe("Hello, world");
  },
);

it.each(["openai", "google", "xai", "deepseek"] as const)(
  "a streamed request that %s answers at once is an answer",
  async (provider) => {
    expect(await textOf(provider, answers[provider].whole)).toBe("Hello, world");
  },
);
