import { readQuery } from "@/lib/http/input";
import { download } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { usageCsv } from "@/lib/usage/rules/export";
import { UsageQuery } from "@/lib/usage/schema";
import { readUsage } from "@/lib/usage/service";

export const GET = withActor("viewer", async ({ request }) => {
  const query = readQuery(request, UsageQuery);
  return download(`usage-by-${query.group_by}.csv`, "text/csv", usageCsv(await readUsage(query)));
});
