import { describe, expect, it } from "vitest";
import { providerIds } from "@/lib/providers/schema";
import { askReplay } from "@/tests/contract/providers/ask";
import { answers, toolCall } from "@/tests/support/provider-answers";

const tools = [
  {
    name: toolCall.name,
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
];

function textOf(events: { type: string }[]): string {
  return events.map((event) => ("text" in event ? event.text : "")).join("");
}

describe.each(providerIds)("an answer of %s", (provider) => {
  it("streams in pieces and ends with its usage", async () => {
    const { events } = await askReplay(answers[provider].streamed, { provider });
    expect(events.filter((event) => event.type === "delta")).toEqual([
      { type: "delta", text: "Hello, " },
      { type: "delta", text: "world" },
    ]);
    expect(events.at(-1)).toMatchObject({
      type: "end",
      stop_reason: "end",
      simulated: false,
      usage: { input_tokens: 10, output_tokens: 5 },
    });
  });

  it("is one piece without streaming", async () => {
    const { events } = await askReplay(answers[provider].whole, {
      provider,
      call: { stream: false },
    });
    expect(events.map((event) => event.type)).toEqual(["delta", "end"]);
    expect(textOf(events)).toBe("Hello, world");
    expect(events.at(-1)).toMatchObject({ usage: { input_tokens: 10, output_tokens: 5 } });
  });

  it.each([true, false])(
    "brings a tool call, put together from its fragments (stream: %s)",
    async (stream) => {
      const replay = stream ? answers[provider].toolStreamed : answers[provider].toolWhole;
      const { events } = await askReplay(replay, { provider, call: { stream, tools } });
      expect(events).toMatchObject([
        { type: "tool_call", call: { id: "t1", ...toolCall } },
        { type: "end", stop_reason: "tool_use" },
      ]);
    },
  );

  it.each([true, false])(
    "is marked when its header says that it is simulated (stream: %s)",
    async (stream) => {
      const replay = stream ? answers[provider].streamed : answers[provider].whole;
      const headers = { ...replay.headers, "x-switchboard-simulated": "true" };
      const { events } = await askReplay({ ...replay, headers }, { provider, call: { stream } });
      expect(events.at(-1)).toMatchObject({ type: "end", simulated: true });
    },
  );
});

it.each([true, false])("an answer in parts is joined (stream: %s)", async (stream) => {
  const content = [
    { type: "text", text: "Hello, " },
    { type: "text", text: "world" },
    { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(4000)}` } },
  ];
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const choice = { index: 0, finish_reason: "stop", [stream ? "delta" : "message"]: { content } };
  const body = JSON.stringify({ id: "c1", model: "m", choices: [choice], usage });
  const replay = stream
    ? { headers: { "content-type": "text/event-stream" }, body: [`data: ${body}\n\n`] }
    : { headers: { "content-type": "application/json" }, body: [body] };
  const { events } = await askReplay(replay, { provider: "xai", call: { stream } });
  expect(textOf(events)).toBe("Hello, world\nimage, 3 kB");
});
