import { readQuery } from "@/lib/http/input";
import { download } from "@/lib/http/json";
import { withActor } from "@/lib/http/with-actor";
import { writeCsv, writeJson } from "@/lib/models/rules/transfer";
import { ExportOptions } from "@/lib/models/schema";
import { listModels } from "@/lib/models/service";

export const GET = withActor("viewer", async ({ request }) => {
  const { format } = readQuery(request, ExportOptions);
  const { models } = await listModels({ active: "all" });
  return format === "csv"
    ? download("models.csv", "text/csv", writeCsv(models))
    : download("models.json", "application/json", writeJson(models));
});
