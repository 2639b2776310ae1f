import { readQuery } from "@/lib/http/input";
import { json } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { UsageQuery } from "@/lib/usage/schema";
import { readUsage } from "@/lib/usage/service";

export const GET = withActor("viewer", async ({ request }) =>
  json(await readUsage(readQuery(request, UsageQuery))),
);
