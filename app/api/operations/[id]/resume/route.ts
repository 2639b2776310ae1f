import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { resumeOperation } from "@/lib/operations/service";

export const POST = route("resumeOperation", async ({ actor, params }) =>
  json(await resumeOperation(actor, params.id)),
);
