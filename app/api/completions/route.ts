import { CompletionRequest, mostRequestBytes } from "@/lib/completions/schema";
import { completion, wholeCompletion } from "@/lib/completions/service";
import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { eventStream } from "@/lib/http/sse";
import { withActor } from "@/lib/http/with-actor";

export const POST = withActor(
  "admin",
  async ({ actor, request }) => {
    const body = await readJson(request, CompletionRequest, mostRequestBytes);
    const stop = new AbortController();
    request.signal.addEventListener("abort", () => stop.abort());
    const events = await completion(actor, body, stop.signal);
    return body.stream
      ? eventStream(events, () => stop.abort())
      : json(await wholeCompletion(events));
  },
  { limit: "completions" },
);
