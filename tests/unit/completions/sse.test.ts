import { describe, expect, test } from "vitest";
import { serverSentEvents } from "@/components/completions/send-completion";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A body whose bytes arrive in pieces of this size. */
function bodyOf(text: string, size: number, onCancel = () => {}): ReadableStream<Uint8Array> {
  const bytes = bytesOf(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
    cancel: onCancel,
  });
}

async function eventsOf(text: string, size = 1024) {
  const events = [];
  for await (const event of serverSentEvents(bodyOf(text, size))) events.push(event);
  return events;
}

describe("serverSentEvents", () => {
  test("reads the same events however the bytes are split, within CRLF and within characters", async () => {
    const text = 'event: delta\r\ndata: {"text":"zażółć 🎛️"}\r\n\r\nevent: done\ndata: {}\n\n';
    const whole = await eventsOf(text);
    expect(whole).toEqual([
      { event: "delta", data: '{"text":"zażółć 🎛️"}' },
      { event: "done", data: "{}" },
    ]);
    for (let size = 1; size < 12; size += 1) expect(await eventsOf(text, size)).toEqual(whole);
  });

  test("joins data lines, strips one space, and ignores comments and other fields", async () => {
    const text = ": keep-alive\nid: 7\nretry: 10\ndata:one\ndata:  two\ndata\n\n";
    expect(await eventsOf(text)).toEqual([{ event: "message", data: "one\n two\n" }]);
  });

  test("an event without data is ignored, and doesn't name the next one", async () => {
    expect(await eventsOf("event: ping\n\ndata: x\n\n")).toEqual([{ event: "message", data: "x" }]);
  });

  test("lines may end in a lone carriage return", async () => {
    expect(await eventsOf("event: a\rdata: 1\r\rdata: 2\n\n", 3)).toEqual([
      { event: "a", data: "1" },
      { event: "message", data: "2" },
    ]);
  });

  test("an event that the end of the body cuts off is dropped", async () => {
    expect(await eventsOf("data: whole\n\ndata: half\n")).toEqual([
      { event: "message", data: "whole" },
    ]);
  });

  test("a reader that stops closes the body", async () => {
    let closed = false;
    const body = bodyOf("data: 1\n\ndata: 2\n\n", 4, () => {
      closed = true;
    });
    for await (const { data } of serverSentEvents(body)) {
      expect(data).toBe("1");
      break;
    }
    expect(closed).toBe(true);
  });
});
