import { json } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { undoOperation } from "@/lib/operations/service";
import { stepBuilders } from "@/lib/operations-steps";

export const POST = route("undoOperation", async ({ actor, params }) =>
  json(await undoOperation(actor, params.id, stepBuilders)),
);
