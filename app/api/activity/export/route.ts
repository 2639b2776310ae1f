import { csvChunks, jsonChunks } from "@/lib/activity/export-service";
import { ActivityFilter } from "@/lib/activity/schema";
import { exportActivity } from "@/lib/activity/service";
import { readQuery } from "@/lib/http/input";
import { downloadStream } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { ExportOptions } from "@/lib/models/schema";

export const GET = withActor("viewer", async ({ request }) => {
  const { format } = readQuery(request, ExportOptions);
  const events = exportActivity(readQuery(request, ActivityFilter));
  return format === "csv"
    ? downloadStream("activity.csv", "text/csv", csvChunks(events))
    : downloadStream("activity.json", "application/json", jsonChunks(events));
});
