import { describe, expect, test } from "vitest";
import {
  collect,
  simulatorForTests,
  user,
  weatherArguments,
  weatherSchema,
} from "./simulator-clients";

const { openai } = simulatorForTests();

describe.each(["openai", "xai", "deepseek"] as const)("the chat completions of %s", (provider) => {
  const model = { openai: "gpt-4o", xai: "grok-4.20-non-reasoning", deepseek: "deepseek-flash" }[
    provider
  ];

  test("an answer quotes the prompt, says that it is simulated and counts tokens", async () => {
    const { data, response } = await openai(provider)
      .chat.completions.create({ model, messages: user("Name a river") })
      .withResponse();
    expect(response.headers.get("x-switchboard-simulated")).toBe("true");
    expect(data.choices[0]?.message.content).toMatch(/simulated.*Name a river/);
    expect(data.choices[0]?.finish_reason).toBe("stop");
    expect(data.usage?.prompt_tokens).toBeGreaterThan(0);
    expect(data.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  });

  test("a stream has the same text, and usage only if requested", async () => {
    const client = openai(provider).chat.completions;
    const messages = user("Name a river");
    const whole = await client.create({ model, messages });
    const bare = await collect(await client.create({ model, messages, stream: true }));
    const options = { include_usage: true };
    const full = await collect(
      await client.create({ model, messages, stream: true, stream_options: options }),
    );
    const text = bare.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(bare.length).toBeGreaterThan(12);
    expect(bare.filter((chunk) => chunk.usage)).toEqual([]);
    expect(full.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
  });

  test("max_tokens truncates the answer and is reported as the reason", async () => {
    const answer = await openai(provider).chat.completions.create({
      model,
      messages: user("Name a river"),
      max_tokens: 5,
    });
    expect(answer.choices[0]?.finish_reason).toBe("length");
    expect(answer.usage?.completion_tokens).toBe(5);
  });

  test("a forced tool is called with arguments that match its schema, streamed or not", async () => {
    const request = {
      model,
      messages: user("Weather in Bern?"),
      tools: [
        { type: "function" as const, function: { name: "weather", parameters: weatherSchema } },
      ],
      tool_choice: { type: "function" as const, function: { name: "weather" } },
    };
    const client = openai(provider).chat.completions;
    const answer = await client.create(request);
    const call = answer.choices[0]?.message.tool_calls?.[0];
    expect(answer.choices[0]?.finish_reason).toBe("tool_calls");
    expect(call).toMatchObject({ type: "function", function: { name: "weather" } });
    const final = await client.stream(request).finalChatCompletion();
    expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "weather", arguments: JSON.stringify(weatherArguments) },
    });
  });
});

test("OpenAI's completion tokens include reasoning tokens, xAI's do not", async () => {
  const messages = user("Think");
  const ofOpenai = await openai("openai").chat.completions.create({ model: "gpt-5", messages });
  const ofXai = await openai("xai").chat.completions.create({ model: "grok-4.5", messages });
  for (const [usage, beside] of [
    [ofOpenai.usage, 0],
    [ofXai.usage, ofXai.usage?.completion_tokens_details?.reasoning_tokens ?? 0],
  ] as const) {
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
    const sum = (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0) + beside;
    expect(usage?.total_tokens).toBe(sum);
  }
});

test("OpenAI's reasoning models reject max_tokens by name", async () => {
  const request = { model: "gpt-5", messages: user("Hi"), max_tokens: 10 };
  await expect(openai("openai").chat.completions.create(request)).rejects.toMatchObject({
    status: 400,
    code: "unsupported_parameter",
    param: "max_tokens",
  });
});
