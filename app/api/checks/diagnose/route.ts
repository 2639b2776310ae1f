import { RunText } from "@/lib/checks/schema";
import { diagnoseRun } from "@/lib/checks/service";
import { readJson } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const POST = withActor("viewer", async ({ request }) => {
  const { text } = await readJson(request, RunText);
  return json({ diagnoses: await diagnoseRun(text) });
});
