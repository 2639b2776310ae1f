export type ServerSentEvent = { event: string; data: string };

/**
 * The events of a `text/event-stream` body as they arrive, however the bytes are cut: fields,
 * comments and line ends as the HTML standard has them ("9.2.6 Interpreting an event stream").
 * An event that is not complete when the body ends is dropped, as the standard says.
 * @throws what reading the body throws, such as the reason of an abort
 */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void> {
  let event = "";
  let data: string[] = [];
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield { event: event || "message", data: data.join("\n") };
      event = "";
      data = [];
      continue;
    }
    const [name, value] = field(line);
    if (name === "event") event = value;
    if (name === "data") data.push(value);
  }
}

/** `name: value` with one optional space; a comment has the empty name. */
function field(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}

/** Lines that end in \n, \r\n or \r; what follows the last line end is left out. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      // A \r at the very end may be the first half of \r\n.
      const whole = done || !rest.endsWith("\r") ? rest : rest.slice(0, -1);
      const parts = whole.split(/\r\n|\n|\r/);
      rest = (parts.pop() ?? "") + rest.slice(whole.length);
      yield* parts;
      if (done) return;
    }
  } finally {
    // Without this a reader that stops early would leave the connection open.
    await reader.cancel().catch(() => {});
  }
}
