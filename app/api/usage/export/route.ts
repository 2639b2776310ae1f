import { download } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { usageCsv } from "@/lib/usage/rules/export";
import { readUsage } from "@/lib/usage/service";

export const GET = route("exportUsage", async ({ query }) =>
  download(`usage-by-${query.group_by}.csv`, "text/csv", usageCsv(await readUsage(query))),
);
