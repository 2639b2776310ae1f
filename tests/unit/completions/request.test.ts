import { describe, expect, it } from "vitest";
import { CompletionRequest } from "@/lib/completions/schema";

const base = { provider: "openai", model_id: "m" };
const png = { type: "image", media_type: "image/png", data: "iVBORw0KGgo=" };
const tools = [{ name: "get_weather" }];

function issuesOf(more: object) {
  const parsed = CompletionRequest.safeParse({ ...base, ...more });
  return parsed.success ? [] : parsed.error.issues;
}

function user(...content: unknown[]) {
  return { messages: [{ role: "user", content }] };
}

describe("a request", () => {
  it("may contain texts, images, tool calls and tool results", () => {
    const call = { type: "tool_call", id: "t1", name: "get_weather", arguments: { city: "Bern" } };
    const messages = [
      { role: "user", content: [{ type: "text", text: "What is this?" }, png] },
      { role: "assistant", content: [{ type: "text", text: "I look." }, call] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_call_id: "t1", content: "Rain" }],
      },
    ];
    const parsed = CompletionRequest.parse({ ...base, messages, tools, tool_choice: "required" });
    expect(parsed.messages).toEqual(messages);
    expect(issuesOf({ prompt: "a", tools, tool_choice: { name: "get_weather" } })).toEqual([]);
  });

  it.each([
    ["a choice without tools", { prompt: "a", tool_choice: "auto" }, ["tool_choice"]],
    [
      "the choice of a tool that is not there",
      { prompt: "a", tools, tool_choice: { name: "other" } },
      ["tool_choice", "name"],
    ],
    [
      "a tool's result by the assistant",
      {
        messages: [
          { role: "assistant", content: [{ type: "tool_result", tool_call_id: "t", content: "" }] },
        ],
      },
      ["messages", 0, "content", 0, "type"],
    ],
    [
      "a tool's call by the user",
      user({ type: "tool_call", id: "t", name: "n", arguments: {} }),
      ["messages", 0, "content", 0, "type"],
    ],
  ])("with %s is refused at that field", (_, more, path) => {
    expect(issuesOf(more)).toMatchObject([{ path }]);
  });
});
