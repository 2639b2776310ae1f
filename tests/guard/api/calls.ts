import type { RequestRecorder } from "../requests";
import { model, routes } from "./paths";

export const plain = { provider: "openai", model_id: "gpt-4o", prompt: "Say hello." };

export async function completions(api: RequestRecorder): Promise<void> {
  const ask = (title: string, body: unknown) =>
    api.request("POST /api/completions", title, { path: "/api/completions", body });
  await ask("streamed", plain);
  await ask("whole", { ...plain, stream: false });
  await ask("with its exchange", { ...plain, stream: false, raw: true });
  for (const [provider, model_id] of [
    ["anthropic", "claude-3-5-sonnet-20241022"],
    ["google", "gemini-1.5-pro-002"],
    ["bedrock", "eu.amazon.nova-pro-v1:0"],
    ["xai", "grok-4.5"],
  ]) {
    await ask(`of ${provider}`, {
      provider,
      model_id,
      prompt: "Say hello.",
      system: "Be brief.",
      max_tokens: 100,
      temperature: 0.5,
    });
  }
  const tools = [
    {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    },
  ];
  await ask("a tool", {
    ...plain,
    prompt: "Call the tool get_weather for Berlin",
    tools,
    stream: false,
  });
  for (const code of ["bad_key", "rate_limited", "overloaded", "context_too_long"]) {
    await ask(`failing: ${code}`, { ...plain, prompt: `[[fail:${code}]]` });
    await ask(`failing, whole: ${code}`, { ...plain, prompt: `[[fail:${code}]]`, stream: false });
  }
  await ask("no such model", { ...plain, model_id: "none" });
  await ask("of a provider of nobody", { ...plain, provider: "nobody" });
  await ask("without a key", { provider: "deepseek", model_id: "deepseek-chat", prompt: "x" });
  await ask("nothing", {});
  await ask("an unknown field", { ...plain, seed: 1 });
  await ask("wrong values", {
    ...plain,
    temperature: 3,
    max_tokens: 0,
    tools: [{ name: "no good name" }],
  });
  await ask("prompt and messages", { ...plain, messages: [{ role: "user", content: "x" }] });
  await ask("a conversation", {
    provider: "openai",
    model_id: "gpt-4o",
    stream: false,
    messages: [
      { role: "user", content: "Say hello." },
      { role: "assistant", content: "Hello." },
      { role: "user", content: [{ type: "text", text: "Again." }] },
    ],
  });
  await api.request(`GET ${routes.model}`, "with a last test", { path: model("openai", "gpt-4o") });
}

const doneRun = {
  usage: { input_tokens: 3, output_tokens: 5 },
  cost_usd: 0.0042,
  first_token_ms: 10,
  latency_ms: 20,
  stop_reason: "end",
  simulated: true,
};

export const pastRun = {
  inputs: { models: ["openai#gpt-4o"], prompt: "Say hello.", stream: true },
  results: [
    {
      pk: "openai#gpt-4o",
      state: "done",
      text: "Hello.",
      tool_calls: [],
      done: doneRun,
      failure: null,
    },
  ],
};

export async function runs(api: RequestRecorder): Promise<void> {
  const route = "/api/playground/runs";
  const keep = (title: string, body: unknown) =>
    api.request(`POST ${route}`, title, { path: route, body });
  const stored = await keep("a run", pastRun);
  await keep("nothing", {});
  await keep("an unknown field", { ...pastRun, colour: "red" });
  await api.request(`GET ${route}`, "one", { path: route });
  const path = `${route}/${encodeURIComponent(String(stored.body.run_id))}`;
  await api.request(`GET ${route}/[id]`, "a run", { path });
  await api.request(`DELETE ${route}/[id]`, "a run", { path });
  await api.request(`DELETE ${route}/[id]`, "a run that is gone", { path });
  await keep("another run", pastRun);
  await api.request(`DELETE ${route}`, "all", { path: route });
}
