import { csvChunks, jsonChunks } from "@/lib/activity/export-service";
import { exportActivity } from "@/lib/activity/service";
import { downloadStream } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("exportActivity", async ({ actor, query: { format, ...filter } }) => {
  const events = await exportActivity(filter);
  return format === "csv"
    ? downloadStream("activity.csv", "text/csv", csvChunks(events), actor.requestId)
    : downloadStream("activity.json", "application/json", jsonChunks(events), actor.requestId);
});
