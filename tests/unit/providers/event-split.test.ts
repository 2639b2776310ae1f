import { afterEach, describe, expect, it, vi } from "vitest";
import { answerLimits, isParseable } from "@/lib/providers/answer-limits";
import { type EventSplitter, frameSplitter, sseSplitter } from "@/lib/providers/event-split";
import { TransportError } from "@/lib/providers/provider";
import { converseEvent } from "@/tests/support/event-stream";

function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

function split(splitter: EventSplitter, bytes: Uint8Array, size = bytes.length): Buffer[] {
  const events = piecesOf(bytes, size).flatMap((piece) => splitter.push(piece));
  return [...events, ...splitter.end()];
}

function splitText(text: string, size?: number): string[] {
  return split(sseSplitter(), Buffer.from(text), size).map(String);
}

function failureKind(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return error instanceof TransportError ? error.failure.kind : String(error);
  }
}

/** Bytes that are copied, searched or decoded by Node's own functions while `act` runs. */
function countBytes(act: () => void): number {
  const set = vi.spyOn(Uint8Array.prototype, "set");
  const concat = vi.spyOn(Buffer, "concat");
  const targets = [
    vi.spyOn(Uint8Array.prototype, "copyWithin"),
    vi.spyOn(Buffer.prototype, "copy"),
    vi.spyOn(Buffer.prototype, "toString"),
    vi.spyOn(Buffer.prototype, "indexOf"),
  ] as const;
  act();
  const bytes = [
    ...set.mock.calls.map(([source]) => source),
    ...concat.mock.results.map(({ value }) => value),
    ...targets.flatMap((spy) => spy.mock.contexts as unknown[]), // The buffers they were called on.
  ].map((source) => (source instanceof Uint8Array ? source.length : 0));
  vi.restoreAllMocks();
  return bytes.reduce((sum, length) => sum + length, 0);
}

afterEach(() => vi.restoreAllMocks());

describe("server-sent events", () => {
  const stream = [
    ": comment\n\n",
    'id: 1\nretry: 100\nevent: one\ndata: {"text":"größer"}\n\n',
    'data:{"a":\ndata: 1}\n\n',
    "unknown: x\ndata\n\n",
    "event: none\n\n",
    "data: [DONE]\n\n",
  ].join("");
  const events = [
    'event: one\ndata: {"text":"größer"}\n\n',
    'data: {"a": 1}\n\n',
    "data: [DONE]\n\n",
  ];

  it.each(["\n", "\r\n", "\r"])("are whole however they are cut, with line ends %j", (lineEnd) => {
    const text = stream.replaceAll("\n", lineEnd);
    for (let size = 1; size <= text.length; size += 1)
      expect(splitText(text, size)).toEqual(events);
  });

  it("may begin with a byte order mark", () => {
    expect(splitText("\uFEFFdata: {}\n\n")).toEqual(["data: {}\n\n"]);
  });

  it("at the end need no blank line if their JSON is complete", () => {
    expect(splitText('data: {"a":1}')).toEqual(['data: {"a":1}\n\n']);
    expect(splitText('data: {"a":1}\n')).toEqual(['data: {"a":1}\n\n']);
    expect(splitText('data: {"a":"1')).toEqual([]);
    expect(splitText('data: {"a":{"b":1}')).toEqual([]);
  });

  it.each([7, 40, 1400, 65_536])("take linear work in pieces of %d bytes", (size) => {
    const event = Buffer.from(`data: {"text":"${"x".repeat(1_650_000)}"}\n\n`);
    const pieces = piecesOf(event, size);
    const splitter = sseSplitter();
    let whole = 0;
    const bytes = countBytes(() => {
      whole = pieces.flatMap((piece) => splitter.push(piece)).length;
    });
    expect(whole).toBe(1);
    expect(bytes).toBeLessThan(12 * event.length);
  });
});

describe("an AWS event stream", () => {
  const frames = [
    converseEvent("messageStart", { role: "assistant" }),
    converseEvent("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "größer" } }),
  ].map((frame) => Buffer.from(frame));

  it("is split into whole messages however it is cut", () => {
    const bytes = Buffer.concat(frames);
    for (let size = 1; size <= bytes.length; size += 1) {
      expect(split(frameSplitter(), bytes, size)).toEqual(frames);
    }
  });

  it("takes linear work in pieces of 40 bytes", () => {
    const frame = Buffer.from(
      converseEvent("contentBlockDelta", { delta: { text: "x".repeat(1e6) } }),
    );
    const splitter = frameSplitter();
    const bytes = countBytes(() => {
      for (const piece of piecesOf(frame, 40)) splitter.push(piece);
    });
    expect(bytes).toBeLessThan(12 * frame.length);
  });

  it("of other bytes is malformed", () => {
    expect(failureKind(() => split(frameSplitter(), Buffer.alloc(64)))).toBe("malformed");
    const page = Buffer.from("<html><body></body></html>");
    expect(failureKind(() => split(frameSplitter(), page))).toBe("malformed");
  });
});

describe("an event beyond the limits", () => {
  const { eventBytes, jsonTokens, jsonDepth } = answerLimits;

  it.each([
    ["bytes", `"${"x".repeat(eventBytes)}"`],
    ["values", `[${"1,".repeat(jsonTokens)}1]`],
    ["depth", "[".repeat(jsonDepth + 1)],
  ])("is refused by its %s", (_, json) => {
    const feed = () => split(sseSplitter(), Buffer.from(`data: ${json}\n\n`), 65_536);
    expect(failureKind(feed)).toBe("too_large");
  });

  it("counts what is JSON, not what is text", () => {
    const text = JSON.stringify('[1,{2:\\"'.repeat(jsonTokens));
    expect(splitText(`data: ${text}\n\n`)).toHaveLength(1);
    expect(isParseable(text)).toBe(true);
    expect(isParseable("[".repeat(jsonDepth + 1))).toBe(false);
  });
});
