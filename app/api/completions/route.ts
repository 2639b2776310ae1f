import { collectCompletion, completion } from "@/lib/completions/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { eventStream } from "@/lib/http/sse";

export const POST = route("createCompletion", async ({ actor, body, request }) => {
  const stop = new AbortController();
  request.signal.addEventListener("abort", () => stop.abort());
  const events = await completion(actor, body, stop.signal);
  return body.stream
    ? eventStream(events, () => stop.abort())
    : json(await collectCompletion(events));
});
