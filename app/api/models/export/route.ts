import { download } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { writeCsv, writeJson } from "@/lib/models/rules/transfer";
import { listModels } from "@/lib/models/service";

export const GET = route("exportModels", async ({ query }) => {
  const { models } = await listModels({ active: "all" });
  return query.format === "csv"
    ? download("models.csv", "text/csv", writeCsv(models))
    : download("models.json", "application/json", writeJson(models));
});
