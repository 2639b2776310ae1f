import { expect, test, vi } from "vitest";
import { eventStream } from "@/lib/http/sse";

type Event = { event: string; data: unknown };
const word = (text: string): Event => ({ event: "delta", data: { text } });
const line = (text: string) => `event: delta\ndata: {"text":"${text}"}\n\n`;

/** The pieces that a client gets. */
async function piecesOf(events: AsyncGenerator<Event, void>): Promise<string[]> {
  const pieces: string[] = [];
  const { body } = eventStream(events, () => {});
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) pieces.push(piece);
  return pieces;
}

test("events that are ready together are one piece", async () => {
  async function* events() {
    for (const text of ["a", "b", "c"]) yield word(text);
  }
  expect(await piecesOf(events())).toEqual([line("a") + line("b") + line("c")]);
});

test("no event waits for a later one", async () => {
  let resolve = () => {};
  const later = new Promise<void>((done) => {
    resolve = done;
  });
  async function* events() {
    yield word("a");
    await later;
    yield word("b");
  }
  const { body } = eventStream(events(), () => {});
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe(line("a"));
  resolve();
  expect((await reader?.read())?.value).toBe(line("b"));
  expect((await reader?.read())?.done).toBe(true);
});

test("large events that are ready together don't fill the memory", async () => {
  async function* events() {
    for (let count = 0; count < 10; count += 1) yield word("x".repeat(30_000));
  }
  const pieces = await piecesOf(events());
  expect(pieces.length).toBeGreaterThan(2);
});

test("a client that goes away ends the events", async () => {
  const stop = vi.fn();
  let ended = false;
  async function* events() {
    try {
      while (true) {
        yield word("a");
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      ended = true;
    }
  }
  const { body } = eventStream(events(), stop);
  const reader = body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect([stop.mock.calls.length, ended]).toEqual([1, true]);
});
