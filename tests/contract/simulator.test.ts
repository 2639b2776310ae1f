import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { type CloseInfo, startSimulator } from "../../scripts/simulator/server";
import {
  closedPort,
  nova as novaId,
  simulatorForTests,
  upstreams,
  user,
} from "./simulator-clients";

const clients = simulatorForTests();

test("a client's disconnect ends a slow stream before it is finished", async () => {
  let close = (_info: CloseInfo) => {};
  const closed = new Promise<CloseInfo>((resolve) => {
    close = resolve;
  });
  const slow = await startSimulator({
    port: 0,
    // Its first pause is longer than a test.
    pace: 20_000,
    upstreams: upstreams(closedPort),
    onClose: (info) => close(info),
  });
  const request = {
    model: "claude-sonnet-4-6",
    max_tokens: 100,
    messages: user("Hi"),
    stream: true as const,
  };
  const stream = await new Anthropic({
    apiKey: "sandbox-test",
    baseURL: slow.baseUrls.anthropic,
  }).messages.create(request);
  for await (const event of stream) {
    if (event.type === "message_start") break;
  }
  expect(await closed).toMatchObject({ finished: false, path: "/anthropic/v1/messages" });
  await slow.stop();
});

test("requests to the bare address are routed by the provider's native path", async () => {
  const { url } = clients.simulator;
  const chat = new OpenAI({ apiKey: "sandbox-1", baseURL: `${url}/v1` });
  const deepseek = new OpenAI({ apiKey: "sandbox-1", baseURL: url });
  const claude = new Anthropic({ apiKey: "sandbox-1", baseURL: url });
  const gemini = new GoogleGenAI({ apiKey: "sandbox-1", httpOptions: { baseUrl: url } });
  const models = await Promise.all([
    chat.models.list().then((page) => page.data[0]?.id),
    deepseek.models.list().then((page) => page.data[0]?.id),
    claude.models.list().then((page) => page.data[0]?.id),
    gemini.models.list().then((pager) => pager.page[0]?.name),
  ]);
  expect(models).toEqual([
    expect.stringMatching(/^gpt/),
    expect.stringMatching(/^deepseek/),
    expect.stringMatching(/^claude/),
    expect.stringMatching(/^models\/gemini/),
  ]);
  const nova = await fetch(`${url}/model/${encodeURIComponent(novaId)}/converse`, {
    method: "POST",
    headers: { authorization: "Bearer sandbox-1" },
    body: JSON.stringify({ messages: [{ role: "user", content: [{ text: "Hi" }] }] }),
  });
  expect(await nova.json()).toMatchObject({ stopReason: "end_turn" });
});

test("an unknown path is a 404 of the simulator", async () => {
  const response = await fetch(`${clients.simulator.url}/favicon.ico`);
  expect(response.status).toBe(404);
  expect(response.headers.get("x-switchboard-simulated")).toBe("true");
});

test("the same prompt gets the same answer", async () => {
  const complete = () =>
    clients
      .anthropic()
      .messages.create({ model: "claude-sonnet-4-6", max_tokens: 100, messages: user("Hi") });
  expect(await complete()).toEqual(await complete());
});

test("a port in use and an upstream that is the simulator are rejected", async () => {
  const { port, url } = clients.simulator;
  await expect(startSimulator({ port, upstreams: upstreams(closedPort) })).rejects.toThrow(
    /EADDRINUSE/,
  );
  const free = await startSimulator({ port: 0, upstreams: upstreams(url) });
  await free.stop();
  const loop = startSimulator({ port: free.port, upstreams: upstreams(free.url) });
  await expect(loop).rejects.toThrow(/simulator itself/);
});
