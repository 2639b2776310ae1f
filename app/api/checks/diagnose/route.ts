import { diagnoseFailure } from "@/lib/checks/service";
import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const POST = route("diagnoseRun", async ({ body }) =>
  json({ diagnoses: await diagnoseFailure(body.text) }),
);
