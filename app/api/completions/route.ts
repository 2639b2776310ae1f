import { testAsAgent } from "@/lib/completions/agent-service";
import { isAgentTest, modelTestOf } from "@/lib/completions/schema";
import { collectCompletion, completion } from "@/lib/completions/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { eventStream } from "@/lib/http/sse";

export const POST = route("createCompletion", async ({ actor, body, request }) => {
  const stop = new AbortController();
  request.signal.addEventListener("abort", () => stop.abort());
  if (isAgentTest(body)) return json(await testAsAgent(actor, body, stop.signal));
  const events = await completion(actor, modelTestOf(body), stop.signal);
  return body.stream
    ? eventStream(events, () => stop.abort())
    : json(await collectCompletion(events));
});
