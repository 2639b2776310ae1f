import { expect, it } from "vitest";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { ask } from "@/tests/contract/providers/ask";
import { answers } from "@/tests/support/provider-answers";
import { type ReceivedRequest, type Replay, startReplay } from "@/tests/support/replay-server";

const count = 50;

/** Echoes the number that the prompt holds, in the place of "world". */
function echoOf(provider: ProviderId) {
  return ({ body }: ReceivedRequest): Replay => {
    const number = /number-(\d{3})/.exec(body)?.[1] ?? "";
    const { streamed } = answers[provider];
    if (provider === "bedrock") return streamed;
    const pieces = (streamed.body ?? []).map((piece) => String(piece).replace("world", number));
    return { ...streamed, body: pieces };
  };
}

it("fifty concurrent completions get their own answers, and only the aborted ones stop", async () => {
  const servers = await Promise.all(
    providerIds.map(async (id) => [id, await startReplay(echoOf(id))] as const),
  );
  const one = async (index: number) => {
    const [provider, server] = servers[index % servers.length] ?? [];
    if (!provider || !server) throw new Error("There is a server for each provider");
    const controller = new AbortController();
    const number = String(index).padStart(3, "0");
    const messages = [{ role: "user" as const, content: `number-${number}` }];
    const apiKey = `canary-of-number-${number}`;
    const asking = { provider, apiKey, call: { messages, raw: true }, signal: controller.signal };
    const isStopped = index % 5 === 4;
    let text = "";
    try {
      for await (const event of ask(server, asking)) {
        if (event.type === "delta") text += event.text;
        if (isStopped) controller.abort(new Error("stopped"));
        if (event.type === "end") expect(event.raw?.request.body).toContain(`number-${number}`);
      }
    } catch (error) {
      expect(error).toMatchObject({ message: "stopped" });
      return { number, provider, text: "stopped" };
    }
    return { number, provider, text };
  };
  const all = await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  for (const [index, { number, provider, text }] of all.entries()) {
    const whole = provider === "bedrock" ? "Hello, world" : `Hello, ${number}`;
    expect(text).toBe(index % 5 === 4 ? "stopped" : whole);
  }
  const seen = servers.flatMap(([, { requests }]) => requests);
  expect(seen).toHaveLength(count);
  for (const { body, headers } of seen) {
    const number = /number-(\d{3})/.exec(body)?.[1];
    expect(JSON.stringify(headers)).toContain(`canary-of-number-${number}`);
  }
  await Promise.all(servers.map(([, server]) => server.stop()));
});
