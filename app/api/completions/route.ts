import { testAsAgent } from "@/lib/completions/agent-service";
import { isAgentTest, modelTestOf } from "@/lib/completions/schema";
import { collectCompletion, completion, readCompletionSources } from "@/lib/completions/service";
import { json } from "@/lib/http/json";
import { routeWithEarly } from "@/lib/http/route";
import { eventStream } from "@/lib/http/sse";

export const POST = routeWithEarly(
  "createCompletion",
  (body) => (isAgentTest(body) ? undefined : readCompletionSources(modelTestOf(body))),
  async ({ actor, body, request, early: sources }) => {
    const stop = new AbortController();
    request.signal.addEventListener("abort", () => stop.abort());
    if (isAgentTest(body)) return json(await testAsAgent(actor, body, stop.signal));
    const events = await completion(actor, modelTestOf(body), stop.signal, sources);
    return body.stream
      ? eventStream(events, () => stop.abort())
      : json(await collectCompletion(events));
  },
);
