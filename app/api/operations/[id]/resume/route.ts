import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { resumeOperation } from "@/lib/operations/service";
import { stepBuilders } from "@/lib/operations-steps";

export const POST = route("resumeOperation", async ({ actor, params }) =>
  json(await resumeOperation(actor, params.id, stepBuilders)),
);
