import { ActivityFilter } from "@/lib/activity/schema";
import { listActivity } from "@/lib/activity/service";
import { readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";

export const GET = withActor("viewer", async ({ request }) =>
  json(await listActivity(readQuery(request, ActivityFilter))),
);
