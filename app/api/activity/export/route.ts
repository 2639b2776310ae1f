import { csvChunks, jsonChunks } from "@/lib/activity/export-service";
import { exportActivity } from "@/lib/activity/service";
import { downloadStream } from "@/lib/http/json";
import { route } from "@/lib/http/route";

export const GET = route("exportActivity", async ({ query: { format, ...filter } }) => {
  const events = exportActivity(filter);
  return format === "csv"
    ? downloadStream("activity.csv", "text/csv", csvChunks(events))
    : downloadStream("activity.json", "application/json", jsonChunks(events));
});
