import { describe, expect, test } from "vitest";
import {
  collect,
  simulatorForTests,
  user,
  weatherArguments,
  weatherSchema,
} from "./simulator-clients";

const { anthropic, google } = simulatorForTests();

describe("Anthropic", () => {
  const model = "claude-sonnet-4-6";

  test("a message and its stream have the same text and usage", async () => {
    const request = { model, max_tokens: 500, messages: user("Name a river") };
    const whole = await anthropic().messages.create(request);
    const final = await anthropic().messages.stream(request).finalMessage();
    expect(whole.stop_reason).toBe("end_turn");
    expect(final.content).toMatchObject(whole.content);
    expect(final.usage.output_tokens).toBe(whole.usage.output_tokens);
    expect(final.usage.input_tokens).toBe(whole.usage.input_tokens);
  });

  test("max_tokens truncates the answer and is reported as the reason", async () => {
    const answer = await anthropic().messages.create({
      model,
      max_tokens: 4,
      messages: user("Name a river"),
    });
    expect(answer).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 4 } });
  });

  test("a prompt that names a tool gets a tool call, and its result gets text", async () => {
    const tools = [{ name: "weather", input_schema: weatherSchema }];
    const messages = user("Please use weather for Bern");
    const request = { model, max_tokens: 500, tools, messages };
    const answer = await anthropic().messages.stream(request).finalMessage();
    const call = answer.content[0];
    expect(answer.stop_reason).toBe("tool_use");
    expect(call).toMatchObject({ type: "tool_use", name: "weather", input: { unit: "celsius" } });
    const id = call?.type === "tool_use" ? call.id : "";
    const answered = await anthropic().messages.create({
      ...request,
      messages: [
        ...messages,
        { role: "assistant", content: answer.content },
        { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "12 °C" }] },
      ],
    });
    expect(answered.content[0]).toMatchObject({ type: "text" });
  });

  test("an image in the input is described and counted", async () => {
    const source = { type: "base64" as const, media_type: "image/png" as const, data: "AAAA" };
    const answer = await anthropic().messages.create({
      model,
      max_tokens: 500,
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source },
            { type: "text", text: "What is it?" },
          ],
        },
      ],
    });
    expect(answer.content[0]).toMatchObject({ text: expect.stringContaining("1 image") });
    expect(answer.usage.input_tokens).toBeGreaterThan(200);
  });
});

describe("Google", () => {
  const model = "gemini-flash-latest";

  test("an answer and its stream have the same text and usage", async () => {
    const whole = await google().models.generateContent({ model, contents: "Name a river" });
    const chunks = await collect(
      await google().models.generateContentStream({ model, contents: "Name a river" }),
    );
    expect(whole.text).toMatch(/simulated.*Name a river/);
    expect(chunks.map((chunk) => chunk.text).join("")).toBe(whole.text);
    expect(chunks.at(-1)?.usageMetadata).toEqual(whole.usageMetadata);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe("STOP");
  });

  test("maxOutputTokens truncates the answer and is reported as the reason", async () => {
    const config = { maxOutputTokens: 6 };
    const answer = await google().models.generateContent({ model, contents: "Hi", config });
    expect(answer.candidates?.[0]?.finishReason).toBe("MAX_TOKENS");
    expect(answer.usageMetadata?.candidatesTokenCount).toBe(6);
  });

  test("a forced function is called", async () => {
    const declaration = { name: "weather", parametersJsonSchema: weatherSchema };
    const answer = await google().models.generateContent({
      model,
      contents: "Weather in Bern?",
      config: {
        tools: [{ functionDeclarations: [declaration] }],
        toolConfig: { functionCallingConfig: { mode: "ANY" as never } },
      },
    });
    expect(answer.functionCalls?.[0]).toMatchObject({ name: "weather", args: weatherArguments });
  });

  test("a blocked prompt gets an answer without candidates", async () => {
    const contents = "Something [[fail:content_filtered]]";
    const answer = await google().models.generateContent({ model, contents });
    expect(answer.candidates).toBeUndefined();
    expect(answer.promptFeedback?.blockReason).toBe("PROHIBITED_CONTENT");
  });
});
